"""Makes the files of this folder from clones of the two repositories that README.md names.

    git clone https://github.com/ZZR0/ISSTA21-JIT-DP zeng2021.git && git -C zeng2021.git checkout 5fbf45bb8391e551d879a55fe80a5047c54351c5
    git clone https://github.com/WeiFoo/RevisitUnsupervised kamei2013.git && git -C kamei2013.git checkout d1423345698fffe4bf78631a3027615c2c781cd2
    python make.py zeng2021.git kamei2013.git

The published files are checked by their SHA-256 first. The same Python and zlib give the same bytes.
"""
import csv
import gzip
import hashlib
import io
import pathlib
import sys

HERE = pathlib.Path(__file__).parent

PUBLISHED = {
    "zeng2021/gerrit": ("Data_Extraction/git_base/datasets/gerrit/gerrit_k_feature.csv", "cb3e79e2cdf4c14264fa1e20cbb36e2c0c88eb28bb8fed3594151f6ddffa7b68"),
    "zeng2021/go": ("Data_Extraction/git_base/datasets/go/go_k_feature.csv", "891cc4f6d8b6dffc15e8c40e2eb4f01db3c4625a27f13598f1ee805e25ddc053"),
    "zeng2021/openstack": ("Data_Extraction/git_base/datasets/openstack/openstack_k_feature.csv", "3bf8291388c28841b124a22a2b0ca0af1b092b657de1ddb51823ba6b08344cf1"),
    "zeng2021/qt": ("Data_Extraction/git_base/datasets/qt/cross/qt_k_feature.csv", "e78aef05cbba82a57bc2aad90d0e9ef2150c7b1c50d7cbfc1b19d5d511260e9e"),
    "kamei2013/bugzilla": ("jit/input/bugzilla.csv", "e39d42c64896c92121a75596d2d08192e1aa1b184ea3d9610c1da190844e4366"),
    "kamei2013/postgres": ("jit/input/postgres.csv", "87f518f7f94fe4d41131c5a91e354327c2ecc77420a7f36de3c4d984f733b2cb"),
}

# Columns of Zeng et al. that are fractions; all else is whole, or the id.
FRACTIONS = {"entrophy", "age", "rexp"}


def shortened(text):
    """Without the columns that the reader of this project does not use, ids of 9 digits, fractions of 5 significant digits."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    names = [name for name in rows.fieldnames if name not in ("", "__")]
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(names)
    for row in rows:
        row["_id"] = row["_id"][:9]
        for name in FRACTIONS:
            row[name] = f"{float(row[name]):.5g}"
        table.writerow(row[name] for name in names)
    return out.getvalue()


sources = {"zeng2021": pathlib.Path(sys.argv[1]), "kamei2013": pathlib.Path(sys.argv[2])}
for name, (path, sha256) in PUBLISHED.items():
    folder, stream = name.split("/")
    published = (sources[folder] / path).read_bytes()
    found = hashlib.sha256(published).hexdigest()
    if found != sha256:
        sys.exit(f"{path} is not the published file: its SHA-256 is {found}")
    text = published if folder == "kamei2013" else shortened(published.decode()).encode()
    packed = gzip.compress(text, compresslevel=9, mtime=0)
    (HERE / folder / f"{stream}.csv.gz").write_bytes(packed)
    print(name, len(published), len(text), len(packed))
