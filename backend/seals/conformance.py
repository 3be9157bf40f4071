"""Whether a paper is fit for the archives, before it is sealed: afterwards nothing can be mended."""

from io import BytesIO

from pikepdf import pdfa


def find_archive_faults(pdf: bytes) -> tuple[str, ...]:
    """Name what keeps a paper from being PDF/A-3b, by the rules of veraPDF; none where it is.

    Source: ISO 19005-3:2012.
    """
    report = pdfa.validate_written(BytesIO(pdf), "3b")
    if report.passed:
        return ()
    return tuple(f"{one.rule}: {one.message}" for one in report.findings) or (report.verdict,)
