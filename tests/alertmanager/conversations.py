"""The server's side of SMTP up to where it is to go wrong."""

from certificates import Certificate
from mail_servers import Speech, context_of


def begin(speech: Speech, certificate: Certificate, *offers: str) -> None:
    """Up to the second EHLO."""
    speech.say("220 provider")
    speech.hear()
    speech.say("250-provider", "250 STARTTLS")
    if speech.hear() != "STARTTLS":
        raise ConnectionError
    speech.say("220 go ahead")
    speech.begin_tls(context_of(certificate))
    speech.hear()
    lines = ["provider", *offers]
    speech.say(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")


def log_in(speech: Speech) -> None:
    speech.hear()
    speech.say("334 ")
    speech.hear()
    speech.say("235 2.7.0 fine")


def take_mail(speech: Speech, reply: str) -> None:
    for _ in ("MAIL", "RCPT"):
        speech.hear()
        speech.say("250 ok")
    speech.hear()
    speech.say("354 go on")
    speech.hear_content()
    if reply:
        speech.say(reply)
