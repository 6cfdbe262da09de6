"""For data scientists: data sets to models. Never imported by `moderation`."""
