"""zipfile and tarfile in memory: writing, reading, damaged archives, odd names."""

import io

from _fresh import attempt, fresh

MODULES = ("zipfile", "tarfile")


def main():
    with fresh(MODULES) as (zipfile, tarfile):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.comment = b"comment"
            for name, data in (("a.txt", b"text" * 100), ("d/b.bin", bytes(range(256))), ("ü.txt", "ü"), ("stored", b"x")):
                archive.writestr(zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, 6)), data, zipfile.ZIP_STORED if name == "stored" else None)
            archive.mkdir("dir")
            with archive.open("streamed", "w") as stream:
                stream.write(b"abc")
                print(attempt(archive.writestr, "x", "y"), attempt(archive.close), stream.writable(), attempt(stream.read))
            print(attempt(lambda: zipfile.ZipInfo("q", (1970, 1, 1, 0, 0, 0))), attempt(archive.open, "z"), archive)
        data = buffer.getvalue()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            print(archive.namelist(), archive.testzip(), archive.comment, [(i.filename, i.file_size, i.is_dir(), i.date_time) for i in archive.infolist()][:3], archive.read("a.txt")[:4], attempt(archive.read, "nope"), attempt(archive.writestr, "a", "b"))
            with archive.open("d/b.bin") as stream:
                print(stream.read(3), stream.seek(10), stream.peek(2)[:2], stream.tell(), stream.readline()[:3], stream.read1(5), stream.seek(-2, 2), stream.read(), stream, attempt(stream.seek, 0, 5))
            root = zipfile.Path(archive)
            print(sorted(p.name for p in root.iterdir()), (root / "a.txt").read_text(encoding="utf-8")[:4], (root / "d").is_dir(), (root / "d" / "b.bin").exists(), (root / "nope").exists(), root.joinpath("d", "b.bin").parent.name, attempt((root / "d").read_bytes))
        for broken in (b"", data[:-10], data[40:], b"PK\5\6" + b"\0" * 18, data[:60] + b"XX" + data[62:], data[:-30] + b"\xff" * 8 + data[-22:]):
            print(zipfile.is_zipfile(io.BytesIO(broken)), attempt(lambda broken=broken: zipfile.ZipFile(io.BytesIO(broken)).testzip()))
        print(attempt(zipfile.ZipFile, io.BytesIO(), "x"), attempt(zipfile.ZipFile, io.BytesIO(), "w", 99), attempt(zipfile.ZipInfo, "a" * 5, (1900, 1, 1, 0, 0, 0)), zipfile.ZipInfo("a/b\0c").filename, repr(zipfile.ZipInfo("x")))
        with zipfile.ZipFile(io.BytesIO(data), "a") as archive:
            archive.writestr("added", "1")
            print(archive.read("added"), len(archive.namelist()))
        for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w", format=form) as tar:
                for name, size in (("short", 5), ("ä" * 20, 0), ("long/" * 40 + "x", 3), ("n" * 99, 600)):
                    info = tarfile.TarInfo(name)
                    info.size, info.mtime, info.uname = size, 1000.5 if form == tarfile.PAX_FORMAT else 1000, "üser"
                    print(attempt(tar.addfile, info, io.BytesIO(b"z" * size)))
                for kind, link in ((tarfile.SYMTYPE, "short"), (tarfile.LNKTYPE, "short"), (tarfile.DIRTYPE, ""), (tarfile.FIFOTYPE, "")):
                    info = tarfile.TarInfo("t" + kind.decode())
                    info.type, info.linkname = kind, link
                    tar.addfile(info)
            text = out.getvalue()
            with tarfile.open(fileobj=io.BytesIO(text)) as tar:
                print([(m.name[:9], m.size, m.isfile(), m.issym(), m.islnk(), m.isdir()) for m in tar], attempt(tar.extractfile, "nope"), tar.extractfile("short").read(), attempt(lambda tar=tar: tar.extractfile("t1").read()), attempt(tar.getmember, "zz"), tar.next())
                print(tarfile.data_filter(tar.getmember("short"), "/tmp").name, attempt(tarfile.data_filter, tarfile.TarInfo("../x"), "/tmp"), attempt(tarfile.tar_filter, tarfile.TarInfo("/abs"), "/tmp").name, attempt(tarfile.data_filter, tar.getmember("t6"), "/tmp"))
            for cut in (100, 512, 700, len(text) - 1500):
                print(cut, attempt(lambda cut=cut, text=text: tarfile.open(fileobj=io.BytesIO(text[:cut])).getnames()))
            print(attempt(lambda text=text: tarfile.open(fileobj=io.BytesIO(b"x" + text[1:])).getnames()), attempt(lambda text=text: tarfile.open(fileobj=io.BytesIO(text), mode="r|").getnames()))
        for mode in ("w:gz", "w|", "x", "q"):
            print(mode, attempt(lambda mode=mode: tarfile.open(fileobj=io.BytesIO(), mode=mode).close()))


if __name__ == "__main__":
    main()
