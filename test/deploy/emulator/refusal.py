"""What the emulator says no with."""


class Refusal(Exception):
    """A template that CloudFormation, or the service behind it, would not take. The message is the reason that stacks show."""
