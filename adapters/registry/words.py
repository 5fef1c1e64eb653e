"""Common given names, family names and streets, from which the sandbox's residents are put together at random.

They are ordinary words of the region; put together by chance they name nobody.
"""

from __future__ import annotations

from typing import Final

from domain.form import VALUES, Element


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN: Final = _split(
    "Adrian Albert Alfrits Andre Arnold Benny Bryan Christian Daniel David Denny Edwin Elias Erik Ferdinand Frangky "
    "Franky Gabriel Hendra Herman Ivan James Jefry Johanis Jonathan Joseph Julius Kevin Leonard Lucky Marthen Max "
    "Michael Nathan Oktavianus Oscar Patrick Paulus Petrus Rafael Ricky Robert Ronald Ruben Samuel Stefanus Steven "
    "Tommy Viktor Yohanes"
)
WOMEN: Final = _split(
    "Agnes Alfina Anita Belinda Chintya Christina Debora Deisy Diana Elisabet Ester Evi Febe Feibe Fransiska Grace "
    "Hanna Imelda Inggrid Irene Jein Jenny Julita Kartika Lidya Lisa Magdalena Margaretha Maria Marlin Meike Meylan "
    "Monika Natalia Novita Olivia Paula Priska Rachel Regina Ruth Sarah Selfi Sintia Stella Theresia Vanesa Veronika "
    "Yulin Yuliana"
)
CLANS: Final = _split(
    "Assa Bawole Dumais Gosal Kaligis Kalalo Kandou Karundeng Katuuk Kawatu Kojongian Kolondam Lapian Lasut Lengkey "
    "Lengkong Lontoh Lumempouw Lumentut Lumowa Mamahit Mandagi Mangindaan Manoppo Mantiri Maramis Mawuntu Mokoginta "
    "Mongdong Montolalu Moningka Palar Pangemanan Pinontoan Polii Posumah Pontoh Rampengan Ratulangi Rondonuwu Roring "
    "Rorong Rumengan Runtu Runtuwene Salindeho Sambuaga Senduk Sinaulan Singal Sompie Sondakh Sumampouw Supit Tambuwun "
    "Tangkudung Tatengkeng Tendean Tilaar Tuegeh Tumbelaka Tumewu Turangan Waani Waworuntu Wenas Wewengkang Wowor "
    "Wullur Wuisan"
)
MUSLIM_MEN: Final = _split(
    "Abdul Ahmad Amir Anwar Arif Budi Dedi Fadli Fajar Hamzah Hasan Ibrahim Idris Ilham Irfan Iwan Jamal Karim Lukman "
    "Mahmud Muhammad Mustafa Nurdin Rahmat Ramli Ridwan Rizky Rusli Saiful Syamsul Taufik Umar Usman Wahyu Yusuf "
    "Zainal"
)
MUSLIM_WOMEN: Final = _split(
    "Aisyah Aminah Asma Dewi Dian Fatimah Fitri Halimah Hasnah Indah Kartini Khadijah Lestari Maryam Nur Nuraini "
    "Nurhayati Rahma Ratna Rina Rosmini Salma Siti Sri Suriani Wahyuni Wulan Yanti Yuni Zahra Zainab Zulaikha"
)
SECOND_NAMES: Final = _split(
    "Abas Adam Akuba Botutihe Dunggio Gobel Hadi Hamid Harun Hidayat Ismail Kadir Kasim Laode Lahay Mahmud Mohamad "
    "Mointi Nento Pakaya Pratama Rahim Saputra Santoso Setiawan Sulaiman Suleman Talib Usman Wahid Wibowo Yunus"
)
STREETS: Final = _split(
    "Cakalang Cendana Cempaka Dahlia Flamboyan Kakatua Kelapa Kenanga Kenari Kerapu Lumba-lumba Maleo Mawar Melati "
    "Merpati Pala Rajawali Tarsius Tongkol Tuna"
)
#: Where people of the city were born and first registered: region codes of six digits, by place. The city comes first.
BIRTH_PLACES: Final = {
    "Bitung": ("717201", "717202", "717203", "717204", "717205", "717206", "717207", "717208"),
    "Manado": ("717101", "717103", "717106"),
    "Airmadidi": ("710601", "710603"),
    "Tondano": ("710201", "710206"),
    "Tahuna": ("710309", "710315"),
    "Gorontalo": ("757101", "757103"),
    "Ternate": ("827101", "827102"),
}

#: Education, occupation and blood type in the words of form F-1.01 (Permendagri 109/2019), as they are printed.
EDUCATION: Final = VALUES[Element.EDUCATION]
OCCUPATIONS: Final = {  # of adults who earn, in parts
    "Karyawan Swasta": 22, "Wiraswasta": 20, "Nelayan/Perikanan": 12, "Buruh Harian Lepas": 10, "Petani/Pekebun": 8,
    "Pegawai Negeri Sipil (PNS)": 6, "Perdagangan": 5, "Karyawan Honorer": 4, "Sopir": 4, "Guru": 3, "Tukang Kayu": 2,
    "Pelaut": 2, "Perawat": 1, "Tentara Nasional Indonesia (TNI)": 1, "Kepolisian RI (POLRI)": 1, "Pendeta": 1,
}  # fmt: skip
NO_WORK, PUPIL, HOME, RETIRED = "Belum/Tidak Bekerja", "Pelajar/Mahasiswa", "Mengurus Rumah Tangga", "Pensiunan"
BLOOD_TYPES: Final = {"Tidak Tahu": 45, "O": 24, "B": 15, "A": 13, "AB": 3}  # in percent
