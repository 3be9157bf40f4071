"""The readers of this counter: opened from the settings, and looked into when one fails."""

import logging
from collections.abc import Iterator, Mapping

from quarantine.keeper import Keeper
from terminal.desk.ports import IdReader, PhotoDecoder, ReaderInfo
from terminal.doctor import Line
from terminal.drivers import open_reader
from terminal.drivers.diagnosis import explain, find_unnamed
from terminal.drivers.photo import ExternalDecoder
from terminal.reader_errors import ReaderError
from terminal.settings import Settings

logger = logging.getLogger(__name__)


def open_readers(settings: Settings, keeper: Keeper) -> dict[str, IdReader]:
    """Open the readers that the settings name; one that cannot exist here is left out."""
    readers, decoder = {}, _open_decoder(settings, keeper)
    for spec in settings.readers:
        try:
            readers[spec] = open_reader(spec, decoder)
        except ReaderError as exc:
            logger.warning("reader left out spec=%s reason=%s", spec, exc.detail)
    return readers


def _open_decoder(settings: Settings, keeper: Keeper) -> PhotoDecoder | None:
    if not settings.photo_decoder:
        return None
    try:
        return ExternalDecoder(settings.photo_decoder, keeper)
    except ReaderError as exc:
        logger.warning("photo decoder left out reason=%s", exc.detail)
        return None


def check_readers(settings: Settings, readers: Mapping[str, IdReader]) -> Iterator[Line]:
    """Say of each reader whether it could read now, and why not; and what is plugged in besides."""
    for spec in settings.readers:
        if spec in readers:
            yield _check_reader(spec, readers[spec])
        else:
            yield _left_out(spec)
    for spec in find_unnamed(settings.readers):
        yield Line(
            name=f"reader:{spec}",
            level="warn",
            zh=f"检测到读卡器 {spec}，设置里没有写",
            en=f"A reader is plugged in that the settings do not name: {spec}",
            remedy_zh='在设置文件里写 readers = ["sam:auto"]',
            remedy_en='Write readers = ["sam:auto"] into the settings',
        )
    if not settings.readers:
        yield Line(
            name="reader",
            level="warn",
            zh="没有设置读卡器，只能手工录入",
            en="No reader is set up: entry by hand only",
            remedy_zh='在设置文件里写 readers = ["sam:auto"]',
            remedy_en='Write readers = ["sam:auto"] into the settings',
        )


def check_decoder(settings: Settings, keeper: Keeper) -> Line:
    """Say whether photos of resident cards can be drawn here."""
    if not settings.photo_decoder:
        return Line(
            name="photo",
            level="ok",
            zh="没有照片解码程序：身份证芯片照片不显示，原始数据照常随件",
            en="No photo decoder: photos of resident cards are kept, but not drawn",
        )
    if _open_decoder(settings, keeper) is None:
        return Line(
            name="photo",
            level="warn",
            zh=f"照片解码程序 {settings.photo_decoder[0]} 不能运行",
            en=f"The photo decoder {settings.photo_decoder[0]} cannot be run",
            remedy_zh="核对设置 photo_decoder：写完整路径，文件要有执行权限",
            remedy_en="Correct photo_decoder in the settings: a full path, and the right to run",
        )
    return Line(name="photo", level="ok", zh="照片解码程序已设置", en="A photo decoder is set up")


def _check_reader(spec: str, reader: IdReader) -> Line:
    try:
        reader.probe()
    except ReaderError as exc:
        return _faulty(spec, exc)
    info = reader.info()
    zh, en = _described(info)
    return Line(name=f"reader:{spec}", level="ok", zh=f"就绪：{zh}", en=f"Ready: {en}")


def _described(info: ReaderInfo) -> tuple[str, str]:
    """Say which device answered, as far as it tells."""
    what = f"{info.device or info.driver} {info.port or info.name}".strip()
    zh, en = [what], [what]
    if info.serial:
        zh.append(f"安全模块 {info.serial}")
        en.append(f"module {info.serial}")
    if info.is_simulated:
        zh.append("模拟")
        en.append("simulated")
    return "，".join(zh), ", ".join(en)


def _left_out(spec: str) -> Line:
    try:
        open_reader(spec)
    except ReaderError as exc:
        return _faulty(spec, exc)
    return Line(
        name=f"reader:{spec}",
        level="warn",
        zh="启动以后才能用",
        en="It can be used once the counter is started again",
        remedy_zh="重新启动柜台程序",
        remedy_en="Start the counter again",
    )


def _faulty(spec: str, error: ReaderError) -> Line:
    told = explain(spec, error)
    return Line(
        name=f"reader:{spec}",
        level="bad",
        zh=told.zh,
        en=told.en,
        remedy_zh=told.remedy_zh,
        remedy_en=told.remedy_en,
    )
