"""What `advlab data prepare` does, as one would write it with Pillow.

Usage: pillow.py INPUT OUT PROCESSES TILES DEGREES SIZE bilinear|bicubic: cuts each picture of INPUT/<class>/ into TILES x TILES
tiles, rotates each from -DEGREES to DEGREES by one, resizes to SIZE and saves PNG files. Pillow knows no reflection, so tiles have black
corners: the work that ours has with the border is left out here.
"""

import multiprocessing
import os
import sys

from PIL import Image

source, out, processes, tiles, degrees, size, kind = sys.argv[1:]
processes, tiles, degrees, size = int(processes), int(tiles), int(degrees), int(size)
resample = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}[kind]


def prepare(job):
    number, label, path = job
    picture = Image.open(path)
    if picture.mode == "I;16":
        # Pillow rotates these too, but saves them with 16 bit; the files are to have 8, as ours do.
        picture = picture.point(lambda level: level / 257).convert("L")
    width, height = picture.width // tiles, picture.height // tiles
    for tile in range(tiles * tiles):
        left, top = tile % tiles * width, tile // tiles * height
        part = picture.crop((left, top, left + width, top + height))
        for turn, angle in enumerate(range(-degrees, degrees + 1)):
            made = part.rotate(angle, resample=resample)
            if made.size != (size, size):
                made = made.resize((size, size), Image.Resampling.BOX)
            made.save(os.path.join(out, label, f"{number:04d}-{tile:02d}-{turn:02d}.png"))


if __name__ == "__main__":
    jobs = []
    for label in sorted(os.listdir(source)):
        os.makedirs(os.path.join(out, label), exist_ok=True)
        for name in sorted(os.listdir(os.path.join(source, label))):
            jobs.append((len(jobs), label, os.path.join(source, label, name)))
    if processes == 1:
        for job in jobs:
            prepare(job)
    else:
        with multiprocessing.Pool(processes) as pool:
            pool.map(prepare, jobs, chunksize=1)
