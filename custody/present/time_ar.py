"""Arabic: what is said of proofs of time (finding 7) and of each fault that one can have, without vowel marks."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

from custody.report.reason import Reason
from custody.report.stamp_code import StampCode

_NOTHING = "لا شيء يلزم عمله"
_ASK_TIME = "اطلب إثباتا للوقت من جهة موثوقة (custody stamp)، أو ابحث عنه في النسخ اللاحقة"
_ANOTHER = "لا يترتب عليه شيء بشأن الحزمة؛ اطلب إثباتا آخر للوقت"

TIME_REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.EXISTED_BEFORE: (
        "كان الختم وتوقيعاته موجودة قبل {time}[، بحسب {authority}][، والدقة {accuracy_ms} جزء من ألف من الثانية][؛ وكذلك، كل بوقته: {also}]",
        _NOTHING,
    ),
    Reason.NOT_STAMPED: ("لا إثبات للوقت على الختم؛ والأوقات المذكورة فيه أقوال لا غير", _ASK_TIME),
    Reason.NO_STAMP_HOLDS: (
        "توجد إثباتات للوقت على الختم، ولا يصح شيء منها بملف الثقة هذا",
        "انظر في رموزها أدناه: أضف الجذر الناقص إلى ملف الثقة (custody trust add-authority)، أو اطلب إثباتا آخر للوقت",
    ),
    Reason.NOT_SHOWN_BEFORE: (
        "ثبت أن الختم كان موجودا قبل {not_after}، وليس ذلك أسبق من {before}",
        "ابحث عن إثبات أسبق للوقت؛ ولم يتبين كذلك أن الختم متأخر",
    ),
    Reason.SEALED_LATER: (
        "وقع الختم بعد {not_before}، فلم يكن موجودا قبل {before}",
        "اطلب من الخاتم ختما أسبق إن وجد",
    ),
    Reason.AUTHORITIES_DISAGREE: (
        "تتناقض جهتان موثوقتان: ليس قبل {not_before}، وليس بعد {not_after}؛ فلا يعتد بأي من الوقتين",
        "اسأل الجهتين عن ساعتيهما، أو أخرج المخطئة منهما من ملف الثقة",
    ),
    Reason.ONE_OPERATOR: (
        "يشهد على الوقت مشغل واحد فقط[: {operator}]",
        "اطلب إثباتا ثانيا للوقت من جهة لها مشغل آخر (custody stamp)",
    ),
    Reason.STAMP_HOLDS: ("يصح إثبات للوقت[: {time}][، {operator}]", _NOTHING),
    Reason.STAMP_INVALID: ("إثبات للوقت لا يصح ولا يثبت شيئا: {codes}", _ANOTHER),
    Reason.STAMP_UNDETERMINED: (
        "لم يتبين أن إثباتا للوقت يصح: {codes}",
        "انظر في رموزه: أضف ما ينقص إلى ملف الثقة، أو اطلب إثباتا آخر للوقت",
    ),
    Reason.STAMP_NOT_JUDGED: (
        "هنا إثبات للوقت من نوع آخر لا يحكم عليه هذا الإصدار",
        "افحصه بأداته الخاصة أو بإصدار أحدث",
    ),
    Reason.STAMP_SET_ASIDE: (
        "نحي إثبات للوقت جانبا لأنه لا يوافق ما يوجد بجانبه، فلا يثبت شيئا",
        "ابحث عن نسخة أخرى منه، أو اطلب إثباتا جديدا للوقت",
    ),
    Reason.ANCHOR_HOLDS: ("يضم حدث إثباتا للوقت مؤرخا في {time}؛ فقد وقع بعد ذلك[، {operator}]", _NOTHING),
    Reason.ANCHOR_PROVES_NOTHING: (
        "يضم حدث إثباتا للوقت لم يتبين أنه يصح: {codes}",
        "أضف ما ينقص إلى ملف الثقة؛ وإلا فلا يترتب عليه شيء",
    ),
    Reason.ANCHOR_MISSING: (
        "يضم أحد الأحداث إثباتا سابقا للوقت ليس موجودا هنا",
        "اطلب من الحائز نسخة تحتويه؛ ولا يترتب على غيابه شيء",
    ),
    Reason.CLAIMED_TIME_REFUTED: (
        "يذكر الحدث الوقت {claimed}، وليس الأمر كذلك[: فقد كان موجودا قبل {not_after}][: فقد وقع بعد {not_before}]",
        "اسأل الموقع عن ساعة جهازه؛ ولا ينقض هذا الحدث نفسه",
    ),
    Reason.CLAIMED_TIME_UNORDERED: (
        "يذكر الحدث الوقت {claimed}، ويذكر ما يتبعه وقتا لاحقا هو {before}",
        "اسأل الموقعين عن ساعات أجهزتهم",
    ),
    Reason.WINDOW_WIDE: (
        "وقع هذا بين {not_before} و{not_after}، ولا شيء يحصره في يوم واحد",
        "لا تبن شيئا على لحظة التوقيع داخل هذه المدة، واختم الأحداث القادمة زمنيا فور توقيعها",
    ),
    Reason.RENEWAL_HOLDS: ("أجري تجديد بخوارزمية {hash} قبل {time}، ويصح كل سطر فيه", _NOTHING),
    Reason.RENEWAL_VOID: (
        "تجديد لا يوافق هذه الحزمة، فلا يثبت شيئا[: {detail}]",
        "لا يترتب عليه شيء؛ فأي أحد يقدر على كتابته. أجر تجديدا آخر: custody renew --hash",
    ),
    Reason.RENEWAL_NOT_IN_TIME: (
        "لا يبين أي إثبات موثوق للوقت أن هذا التجديد أجري قبل انتهاء العمل بالخوارزمية القديمة[؛ وأسبقها {time}]",
        "اطلب له إثباتا للوقت (custody stamp) من جهة توقع بخوارزمية أقوى ما دامت القديمة موثوقة؛ ولا يستدرك ذلك بعدها",
    ),
    Reason.RENEWAL_SHORT: (
        "إثباتات الوقت على هذا التجديد مصنوعة هي نفسها بخوارزمية {hash} فتنتهي معها",
        "اطلب للتجديد إثباتا للوقت (custody stamp) من جهة توقع بخوارزمية أقوى، قبل انتهاء العمل بخوارزمية {hash}",
    ),
    Reason.RENEWAL_STAMP_CHANGED: (
        "يذكر تجديد إثبات الوقت هذا، وهو مفقود أو متغير",
        "ابحث عن إثبات الوقت في نسخة أخرى؛ أما التجديد نفسه فمحسوب",
    ),
    Reason.RENEWAL_DUE: (
        "يضعف أحد الإثباتات في {date}: إذ تنتهي عندئذ شهادة أو خوارزمية أو الثقة بجذر",
        "جدده قبل ذلك (custody renew)؛ ولا يستدرك التجديد بعد انتهاء خوارزمية أو انتهاء الثقة بجذر",
    ),
    Reason.EVENT_KEY_COMPROMISED: (
        "تبين أن الحدث وقع بعد أن صار مفتاح موقعه في يد غيره، فنحي جانبا[: {event}]",
        "اسأل صاحب المفتاح عن الأحداث التي هي منه",
    ),
    Reason.DISPUTE_LOST: (
        "يستبعد حدث آخر حدثا يقوم عليه رأس السجل هذا، وثبت أنه الأسبق[: {event}]",
        "اعتمد على الرأس الآخر، أو اطلب من الطرفين تسوية",
    ),
    Reason.DISPUTE_WON: (
        "يناقض حدث حدثا يقوم عليه رأس السجل هذا، وثبت أنه متأخر عنه: {event}",
        "اسأل موقعه عن سبب إنشائه",
    ),
    Reason.SEALED_AFTER_COMPROMISE: (
        "وقع الختم بعد أن صار مفتاح الخاتم في يد غيره[ منذ {since}][: {signer}]",
        "لا تعتمد على هوية الخاتم؛ واطلب من الخاتم ختما منه للمواد نفسها",
    ),
}

STAMP_CODES: Mapping[StampCode, str] = {
    StampCode.TOKEN_LIMIT: "رمز الوقت أكبر أو أعمق من المقبول",
    StampCode.TOKEN_MALFORMED: "رمز الوقت مخالف لصيغته",
    StampCode.TOKEN_TRAILING: "تلي رمز الوقت بايتات زائدة",
    StampCode.REPLY_MALFORMED: "رد الجهة مخالف لصيغة الردود",
    StampCode.REPLY_REJECTED: "رفضت الجهة الطلب",
    StampCode.REPLY_WITHOUT_TOKEN: "قبلت الجهة الطلب وليس في ردها رمز وقت",
    StampCode.REPLY_CHANGED: "منحت الجهة غير ما طلب",
    StampCode.CONTENT_TYPE: "ما وقع ليس ختم وقت",
    StampCode.TST_VERSION: "نسخة صيغة ختم الوقت غير معروفة",
    StampCode.EXTENSION_CRITICAL: "في ختم الوقت امتداد حرج غير معروف هنا",
    StampCode.IMPRINT_ALGORITHM: "خوارزمية الملخص المختوم غير مقبولة",
    StampCode.IMPRINT_MALFORMED: "الملخص المختوم لا يوافق خوارزميته",
    StampCode.IMPRINT_DIFFERS: "إثبات الوقت على بايتات أخرى",
    StampCode.NONCE_DIFFERS: "رمز الوقت جواب عن طلب آخر",
    StampCode.NONCE_MISSING: "رمز الوقت لا يكرر رقم الطلب",
    StampCode.POLICY_DIFFERS: "يذكر رمز الوقت سياسة غير التي يقبلها ملف الثقة لهذه الجهة",
    StampCode.SIGNER_NUMBER: "ليس في رمز الوقت توقيع واحد بالضبط",
    StampCode.SIGNER_CERTIFICATE_MISSING: "شهادة الموقع ليست هنا",
    StampCode.SIGNED_ATTRIBUTES: "السمات الموقعة مفقودة أو مكررة أو ملتبسة",
    StampCode.CONTENT_TYPE_ATTRIBUTE: "يذكر التوقيع أنه على غير ختم وقت",
    StampCode.MESSAGE_DIGEST: "الملخص الموقع ليس ملخص ختم الوقت",
    StampCode.ALGORITHM_PROTECTION: "الخوارزميات المحمية ليست التي استعملت",
    StampCode.CERTIFICATE_ID_MISSING: "التوقيع لا يسمي شهادته",
    StampCode.CERTIFICATE_ID_DIFFERS: "التوقيع يسمي شهادة أخرى",
    StampCode.CERTIFICATE_ID_SHA1: "التوقيع يسمي شهادته بخوارزمية SHA-1",
    StampCode.SIGNATURE_WRONG: "التوقيع لا يصح",
    StampCode.SIGNATURE_ALGORITHM: "خوارزمية التوقيع غير مقبولة",
    StampCode.SIGNATURE_WEAK: "يستعمل التوقيع خوارزمية SHA-1",
    StampCode.KEY_TOO_SHORT: "أحد المفاتيح أقصر مما يقبل",
    StampCode.PURPOSE: "شهادة الموقع ليست لختم الوقت وحده",
    StampCode.KEY_USAGE: "مفتاح الموقع ليس مخصصا لتوقيعات كهذه",
    StampCode.SIGNER_IS_AUTHORITY: "الموقع سلطة إصدار شهادات",
    StampCode.NAME_DIFFERS: "يسمي رمز الوقت جهة غير التي تسميها شهادته",
    StampCode.PATH_MISSING: "لا مسار شهادات يصل إلى جذر مثبت في ملف الثقة",
    StampCode.PATH_REFUSED: "مسار الشهادات يخالف قاعدة من قواعد شهاداته",
    StampCode.CERTIFICATE_NOT_VALID: "يقع ذلك الوقت خارج مدة إحدى شهادات المسار",
    StampCode.OUTSIDE_WEB_PROFILE: "المسار خارج ملمح شهادات الويب، وقد فحصه باني المسارات الخاص بنا",
    StampCode.ROOT_NOT_TRUSTED_THEN: "ملف الثقة لا يقبل الجذر لذلك الوقت",
    StampCode.ROOT_TRUST_ENDED: "انتهت الثقة بالجذر، ولا شيء لاحق يشهد لرمز الوقت",
    StampCode.REVOKED: "أبطلت إحدى شهادات المسار",
    StampCode.REVOKED_PERHAPS_BEFORE: "أبطلت إحدى شهادات المسار، وربما كان ذلك قبل إنشاء رمز الوقت",
    StampCode.REVOCATION_NOT_CHECKED: "لم يفحص الإبطال: ليست هنا قائمة للمصدر ولا جواب منه",
    StampCode.REVOCATION_UNUSED: "لم يستعمل بعض ما حفظ من بيانات الإبطال: فقراءته متعذرة، أو صيغته مما لا يحكم عليه",
    StampCode.REVOCATION_REQUIRED: "تعذر فحص الإبطال",
    StampCode.REVOCATION_LIMIT: "بجانب إثباتات الوقت في هذه الحزمة شهادات وبيانات إبطال أكثر مما يقرأ",
    StampCode.TIME_IN_FUTURE: "رمز الوقت مؤرخ في وقت بعد وقت التحقق",
    StampCode.CERTIFICATE_EXPIRED_SINCE: "انتهت صلاحية إحدى شهادات المسار بعد ذلك",
    StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL: "انتهت صلاحية إحدى الشهادات قبل تجديد رمز الوقت",
    StampCode.ALGORITHM_ENDED: "انتهى العمل بإحدى خوارزميات رمز الوقت، ولا شيء لاحق يشهد له",
    StampCode.ACCURACY_UNKNOWN: "لا تذكر الجهة دقة؛ فتفترض دقيقة واحدة",
    StampCode.ONE_OPERATOR: "يشهد على الوقت مشغل واحد فقط",
    StampCode.CERTIFICATE_UNREADABLE: "تتعذر قراءة إحدى شهادات المسار",
    StampCode.RECORD_LIMIT: "سجل الإثبات أكبر أو أعمق من المقبول",
    StampCode.RECORD_MALFORMED: "سجل الإثبات مخالف لصيغته",
    StampCode.RECORD_ENCRYPTED: "سجل الإثبات على بيانات مشفرة",
    StampCode.RECORD_ALGORITHM: "تتناقض خوارزميات التلخيص داخل سجل الإثبات",
    StampCode.RECORD_LIST_EMPTY: "في سجل الإثبات قائمة فارغة",
    StampCode.RECORD_ROOT: "لا يؤدي سجل الإثبات إلى ما يختمه رمز وقته",
    StampCode.RECORD_COVERS_OTHERS: "سجل الإثبات على بايتات أخرى",
    StampCode.RECORD_RENEWAL: "تجديد داخل سجل الإثبات ليس على رمز الوقت الذي قبله",
    StampCode.RECORD_CHAIN: "سلسلة داخل سجل الإثبات ليست على السلاسل التي قبلها",
    StampCode.RECORD_ORDER: "تتراجع الأوقات داخل سجل الإثبات",
    StampCode.RECORD_TOKEN: "رمز وقت داخل سجل الإثبات لا يصح",
    StampCode.RECORD_REPEATS: "يذكر سجل الإثبات قيمة مرتين",
    StampCode.RECORD_GROUP: "سجل الإثبات على أشياء أخرى أيضا",
}
