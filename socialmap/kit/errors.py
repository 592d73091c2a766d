"""The errors that any room may raise and that the commands and pages know how to tell."""


class ConfigError(Exception):
    """A setting is wrong. The message is one line for whoever started the program."""


class Refused(Exception):
    """A deed that the rules do not allow. The message is one sentence for the user."""
