"""The strip of cells that says which row of which take a simulated picture was drawn for: docs/frame-code.md."""
import binascii

import numpy as np

CELLS = 52
WHITE, BLACK = 255, 0


def geometry(width, height):
    """Edge of a cell and cells in a row, in pixels; None where the picture is too small for a strip."""
    cell = max(8, 2 * (width // 128))
    columns = min(26, width // cell)
    if columns == 0 or -(-CELLS // columns) * cell > height:
        return None
    return cell, columns


def cell_means(picture):
    """The mean of each cell of a picture [height, width, 3] (or luma [height, width]) with values 0 to 255; None without
    a strip."""
    size = geometry(picture.shape[1], picture.shape[0])
    if size is None:
        return None
    cell, columns = size
    rows = -(-CELLS // columns)
    cells = picture[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell, -1)
    middle = slice(cell // 4, cell - cell // 4)
    return cells[:, middle, :, middle].mean(axis=(1, 3, 4)).reshape(-1)[:CELLS]


def decode(picture):
    """(take, row) of a picture; None when the strip is damaged or not there."""
    return decode_cells(cell_means(picture))


def decode_cells(means):
    """(take, row) of the means of the cells; None when they are no code, or None."""
    if means is None or any(96 <= mean <= 160 for mean in means):
        return None
    bits = 0
    for mean in means:
        bits = bits << 1 | int(mean > 160)
    payload, checksum = bits >> 16, bits & 0xFFFF
    if binascii.crc_hqx(payload.to_bytes(5, "big"), 0xFFFF) != checksum:
        return None
    return payload >> 20, payload & 0xFFFFF


def encode(picture, take, row):
    """Draws the strip into an RGB picture, as the simulated cameras do; for datasets that LeRobot records."""
    cell, columns = geometry(picture.shape[1], picture.shape[0])
    payload = take << 20 | row
    bits = payload << 16 | binascii.crc_hqx(payload.to_bytes(5, "big"), 0xFFFF)
    for index in range(CELLS):
        x, y = index % columns * cell, index // columns * cell
        is_white = bits >> (CELLS - 1 - index) & 1
        picture[y : y + cell, x : x + cell] = WHITE if is_white else BLACK
