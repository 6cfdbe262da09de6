"""Training sentences written for the project, which teach what labelled comments leave out.

Sets of comments label what happened to be written; they name a group mostly where they attack it.
These sentences name every group as often in peace. The data files hold templates, groups and slot
lists; the modules fill them. Nothing here may know an evaluation suite, nor quote a published one.
"""

from training.sentences.written import HEADS, written_sentences

__all__ = ["HEADS", "written_sentences"]
