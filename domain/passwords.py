"""Long passwords that many people use: the first that are tried by whoever guesses (NIST SP 800-63B, 5.1.1.2).

From the frequency list of zxcvbn 4.5.0 (MIT; 30,000 passwords of published leaks, the most used first): those of at
least 12 signs that a person would choose again, without those that a machine made up once; and the like in Indonesian.
Letters and digits only, in small letters: `is_common` reads a password so.
"""

from __future__ import annotations

from string import digits
from typing import Final

DEMO: Final = "mari-coba-jalur"
"""Everybody's in a demo; everybody can read it, so that it is nobody's own, anywhere."""

_MANY: Final = """
123qweasdzxc 1qaz2wsx3edc q1w2e3r4t5y6 1q2w3e4r5t6y qazwsxedcrfv 123456qwerty qwerty123456 leavemealone 123456654321
qazwsxedc123 sonyericsson zxcasdqwe123 123456789qwe 1qazxsw23edc qwerasdfzxcv qweasdzxc123 123456789987654321
112233445566 finalfantasy websolutions chickenwing101 1qaz2wsx3edc4rfv justinbieber needforspeed 123456789123
qazwsxedcrfvtgb counterstrike zaq1xsw2cde3 123456789abc 123456789qwerty qazxswedcvfr qwertyasdfgh whosyourdaddy
123456789qaz 12345678900987654321 password1234 010203040506 102030405060 qwerty123456789 devilmaycry4 iseedeadpeople
123456789qqq jamesbond007 4815162342lost 123123qweqwe qwertyytrewq 1234567890qw 1234qwerasdf 123qwe456rty
asdfghjkl123 qwertyuiop123 q1w2e3r4t5y6u7 1qa2ws3ed4rf 123456789zxc 12345678987654321 playstation3 q1w2e3r4t5y6u7i8
1234567890qwe 12qw34er56ty 1qazxsw23edcvfr4 159753456852 christopher1 ingodwetrust minecraft123 peanutbutter
1234567890zzz abc123456789 residentevil qawsedrftgyh 123321qweewq avrillavigne massimiliano 012345678910 temppassword
ticketmaster stratocaster punksnotdead playstation2 nightcrawler 123456789101 1234567890qaz 1a2s3d4f5g6h sanfrancisco
1234567qwertyu 1234qwerasdfzxcv zaqwsxcderfv qwaszxerdfcv antananarivu greenlantern q1w2e3r4t5y6u7i8o9p0
passwordstandard warhammer40k 1234567890qwerty morganstanley 1234567890987654321 qwertyuiop10 qazxswedc123
zxcvbn123456 123321456654 1qa2ws3ed4rf5tg qwertyuiop12345 asdfgh123456 123456789asd michaeljackson 1234567887654321
ilovemyfamily qaz123wsx456 123456789qwer 111222333444555 123456789000 systemofadown vladimirovna 122333444455555
zxcvbnm123456789 mortalkombat 123qwerty123 a1s2d3f4g5h6 z1x2c3v4b5n6m7 thecakeisalie qwertyuiop12 sonnenschein
xxxp455w0rd5 qwertasdfgzxcvb weihnachtsbaum qwertyuiopasdfghjklzxcvbnm passwordpassword correcthorsebatterystaple
akusayangkamu akucintakamu sayangkamuselamanya bismillahirrahmanirrahim assalamualaikum alhamdulillah indonesiaraya
indonesiamerdeka bhinnekatunggalika merdekaataumati katasandirahasia rahasianegara terimakasihtuhan tuhanyesusbaik
"""
_HERE: Final = """
password passwort passw0rd katasandi sandi rahasia admin administrator operator jalur dukcapil disdukcapil selamat
datang welcome
"""
_OWN_SIGNS: Final = 6
_SHORTEST_WORD: Final = 4


def is_common(password: str) -> bool:
    """Whether very many people have this password, or one that differs in capitals, spaces, signs or last digits."""
    plain = _plain(password)
    return not _COMMON.isdisjoint({plain, plain.rstrip(digits)})


def is_of_the_office(password: str, words: str) -> bool:
    """Whether a password is little more than words that anybody would try here: those of `words` (the office's names,
    its city), `jalur`, `rahasia` and the like. What is left without them, and without digits around it, has fewer than
    6 different signs."""
    plain = left = _plain(password)
    tried = {_plain(each) for each in f"{_HERE} {words}".split()}
    for word in sorted(tried, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            left = left.replace(word, "")
    return left != plain and len(set(left.strip(digits))) < _OWN_SIGNS


def _plain(password: str) -> str:
    return "".join(sign for sign in password.casefold() if sign.isalnum())


_COMMON: Final = frozenset({*_MANY.split(), _plain(DEMO)})
