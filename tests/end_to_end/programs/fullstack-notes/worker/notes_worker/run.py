from .gateway import embed


def run_once(notes):
    for note, vector in zip(notes, embed(notes)):
        print(note, len(vector))
