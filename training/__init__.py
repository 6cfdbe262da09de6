"""For data scientists: data sets to models. Never imported by `moderation`."""

import moderation  # noqa: F401 - before onnxruntime, which it keeps from reporting home
