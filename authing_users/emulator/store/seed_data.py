"""Names of generated users, from many scripts."""

# Full name, given name, family name, locale, country, time zone, city.
PEOPLE: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("王秀英", "秀英", "王", "zh-CN", "CN", "Asia/Shanghai", "北京"),
    ("Ana Sofía Núñez", "Ana Sofía", "Núñez", "es-MX", "MX", "America/Mexico_City", "Mérida"),
    ("Bob Miller", "Bob", "Miller", "en-US", "US", "America/Chicago", "Chicago"),
    ("佐藤 陽菜", "陽菜", "佐藤", "ja-JP", "JP", "Asia/Tokyo", "大阪市"),
    ("Ольга Кузнецова", "Ольга", "Кузнецова", "ru-RU", "RU", "Europe/Moscow", "Казань"),
    ("فاطمة الزهراء", "فاطمة", "الزهراء", "ar-EG", "EG", "Africa/Cairo", "القاهرة"),
    ("Σοφία Παπαδοπούλου", "Σοφία", "Παπαδοπούλου", "el-GR", "GR", "Europe/Athens", "Αθήνα"),
    ("欧阳娜", "娜", "欧阳", "zh-CN", "CN", "Asia/Shanghai", "成都"),
    ("Jürgen Weiß", "Jürgen", "Weiß", "de-DE", "DE", "Europe/Berlin", "Köln"),
    ("김민준", "민준", "김", "ko-KR", "KR", "Asia/Seoul", "부산"),
    ("प्रिया शर्मा", "प्रिया", "शर्मा", "hi-IN", "IN", "Asia/Kolkata", "जयपुर"),
    ("Nguyễn Thị Hồng", "Hồng", "Nguyễn", "vi-VN", "VN", "Asia/Ho_Chi_Minh", "Huế"),
    ("דוד כהן", "דוד", "כהן", "he-IL", "IL", "Asia/Jerusalem", "חיפה"),
    ("Seán O'Connor", "Seán", "O'Connor", "en-IE", "IE", "Europe/Dublin", "Galway"),
    ("İpek Yılmaz", "İpek", "Yılmaz", "tr-TR", "TR", "Europe/Istanbul", "Iğdır"),
    ("สมชาย ใจดี", "สมชาย", "ใจดี", "th-TH", "TH", "Asia/Bangkok", "เชียงใหม่"),
)

COMPANIES = (
    "Example Trading",
    "示例科技有限公司",
    "Beispiel GmbH",
    "Ejemplo S.A.",
    "株式会社サンプル",
)
