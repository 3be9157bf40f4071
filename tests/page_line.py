"""The line between a page and its server, cut or held in the page itself.

Playwright's own interception, taken off while a call is held, has left the context hanging when
it was closed.
"""

from playwright.sync_api import Page

_TAKE_OVER = """([path, isCut]) => {
    const whole = window.fetch, freed = new Promise((go) => (window.free = go));
    window.mend = () => { window.fetch = whole; free(); };
    window.stopped = 0;
    window.fetch = (to, ...more) => {
        if (!String(to).endsWith(path) && !(isCut && String(to).includes(path)))
            return whole(to, ...more);
        window.stopped += 1;
        return isCut ? Promise.reject(new TypeError("cut")) : freed.then(() => whole(to, ...more));
    };
}"""


def cut(page: Page, path: str) -> None:
    """Let no call of a page to an address with `path` in it come through, until `mend`."""
    page.evaluate(_TAKE_OVER, [path, True])


def hold(page: Page, path: str) -> None:
    """Let every call of a page to an address that ends with `path` wait for `mend`."""
    page.evaluate(_TAKE_OVER, [path, False])


_BREAK_OFF = """([path, after]) => {
    const whole = window.fetch;
    window.ranges = [];
    window.fetch = async (to, options) => {
        const answer = await whole(to, options);
        if (options?.headers?.Range) window.ranges.push(options.headers.Range);
        if (!String(to).endsWith(path)) return answer;
        const part = new Uint8Array(await answer.arrayBuffer()).slice(0, after);
        let isGiven = false;
        const body = new ReadableStream({
            pull(stream) {
                if (isGiven) return stream.error(new TypeError("cut"));
                isGiven = true;
                stream.enqueue(part);
            },
        });
        return new Response(body, { status: answer.status, headers: answer.headers });
    };
}"""


def break_off(page: Page, path: str, after: int) -> None:
    """Let every answer from an address that ends with `path` break off after so many bytes.

    What is asked for by range meanwhile is in the page's `ranges`.
    """
    page.evaluate(_BREAK_OFF, [path, after])


def mend(page: Page) -> int:
    """Let everything through again; return how many calls did not come through meanwhile."""
    stopped: int = page.evaluate("(mend(), stopped)")
    return stopped
