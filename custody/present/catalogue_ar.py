"""Arabic: sentences and next steps for every reason code, without vowel marks."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

from custody.present.catalogue import Catalogue, Sentence
from custody.present.log_ar import LOG_WORDS
from custody.present.time_ar import STAMP_CODES, TIME_REASONS
from custody.present.words_ar import CLAIM_SENTENCES, CLAIMS, EXITS, LIMITS, OUTCOMES, QUESTIONS, WORDS
from custody.report.reason import Reason

_NOTHING = "لا يلزم فعل شيء"
_OTHER_COPY = "اطلب من المرسل نسخة أخرى، واحتفظ بهذه كما هي، فقد تدل على من غير فيها وماذا غير"
_ASK_HOLDER = "اطلب من الحائز الذي كتب الحدث نسخة السجل التي يحتفظ بها"
_ASK_SEALER = "اطلب من الخاتم ملف مفتاحه العلني، وقارن بصمته عبر قناة أخرى، ثم أضفه إلى ملف الثقة"
_TELL = "أبلغ من سلمك هذه الحزمة؛ لا يغير هذا الحدث عهدة أحد"
_PACK = "اصنع نسخة نظيفة بالأمر custody pack"
_STAMP = "اطلب إثباتا للوقت من جهة موثوقة، أو ابحث عنه في النسخ اللاحقة"
_READ_AGAIN = "أوقف كل ما يكتب فيها (المزامنة أو النسخ الاحتياطي أو برنامج آخر) ثم تحقق من جديد"
_DISK = "افحص الأذونات والقرص، وانسخ الحزمة إلى قرص آخر إن أبلغ عن أعطال، ثم تحقق من جديد"
_OPEN_COPY = "اطلب من الحائز نسخة يكون فيها ذلك مفتوحا"

REASONS: Mapping[Reason, Sentence] = {
    **TIME_REASONS,
    # 1 readable within limits, closed world
    Reason.PATHS_KNOWN: ("لكل ما في الحزمة مكانه في الصيغة", _NOTHING),
    Reason.PATH_UNKNOWN: ("لا مكان لهذا المسار في الحزمة، ولا يشهد له شيء موقع", _OTHER_COPY),
    Reason.NOT_A_FILE: ("حيث تقتضي الصيغة ملفا يوجد رابط أو مجلد أو أنبوب أو جهاز", _OTHER_COPY),
    Reason.ZIP_CONTRADICTION: ("ملف zip يناقض نفسه[: المتوقع {expected}، والموجود {found}]", _OTHER_COPY),
    Reason.ZIP_FORM: (
        "ملف zip ليس بالشكل الوحيد الذي يمكن فحصه دون فك[: المتوقع {expected}، والموجود {found}]",
        "فك الملف بأداتك ثم تحقق من المجلد",
    ),
    Reason.LIMIT_EXCEEDED: (
        "شيء هنا أكبر أو أعمق أو أكثر عددا مما تبلغه أي حزمة مقبولة[: الحد {limit} هو {maximum}][، والموجود {value}]",
        "اسأل المرسل هل هذه هي الحزمة المقصودة؛ لم تستكمل قراءتها",
    ),
    Reason.VERSION_UNKNOWN: (
        "تذكر الحزمة إصدارا لا يعرفه هذا البرنامج[: {version}]",
        "تحقق بإصدار أحدث من البرنامج",
    ),
    Reason.CHANGED_WHILE_READ: ("تغيرت الحزمة أثناء قراءتها", _READ_AGAIN),
    Reason.UNREADABLE: (
        "تعذرت القراءة لأن الجهاز رفضها[ ({error})][ عند البايت {offset}]؛ ولا يدل ذلك على شيء بشأن الأدلة",
        _DISK,
    ),
    # 2 items
    Reason.ITEMS_MATCH: ("تعطي المواد[، وعددها {items}،] الجذر المختوم نفسه", _NOTHING),
    Reason.ITEMS_MISSING: ("قائمة المواد custody/items.jsonl مفقودة", _OTHER_COPY),
    Reason.ITEM_MALFORMED: (
        "هذا السطر من قائمة المواد لا يوافق الصيغة[: {detail}]",
        _OTHER_COPY,
    ),
    Reason.ITEM_COUNT: ("عدد المواد ليس العدد المختوم[: المختوم {expected}، والموجود {found}]", _OTHER_COPY),
    Reason.ROOT_MISMATCH: (
        "لا تعطي المواد الجذر المختوم: واحدة منها على الأقل غيرت أو نقلت أو استبدلت",
        _OTHER_COPY,
    ),
    # 3 payload
    Reason.PAYLOAD_MATCHES: (
        "كل ملف مفتوح مطابق لما تقوله مادته[، وعدد الملفات {files}][، وحجمها {bytes} بايت]",
        _NOTHING,
    ),
    Reason.FILE_MISSING: ("ملف مختوم مفقود", _OTHER_COPY),
    Reason.FILE_EXTRA: ("لا يعود هذا الملف إلى أي مادة مفتوحة", _OTHER_COPY),
    Reason.FILE_NOT_REGULAR: ("حيث ينبغي أن يكون ملف مختوم يوجد رابط أو مجلد أو أنبوب أو جهاز", _OTHER_COPY),
    Reason.FILE_SIZE: (
        "ليس للملف طوله المختوم[: المختوم {expected} بايت][، والموجود {found} بايت]",
        _OTHER_COPY,
    ),
    Reason.FILE_DIGEST: (
        "محتوى الملف ليس ما ختم[: الاختلاف في {algorithms}][؛ والمواضع المتضررة بالميبيبايت: {chunks}]",
        _OTHER_COPY,
    ),
    Reason.FILE_CHANGED_WHILE_READ: ("تغير الملف أثناء قراءته", _READ_AGAIN),
    Reason.FILE_UNREADABLE: (
        "تعذرت قراءة الملف لأن الجهاز رفضها[ ({error})][ عند البايت {offset}]؛ ولا يدل ذلك على شيء بشأن الأدلة",
        _DISK,
    ),
    Reason.CHUNKS_MISMATCH: ("لا تعطي خلاصات أجزاء الملف الجذر المختوم لأجزائه[: {detail}]", _OTHER_COPY),
    Reason.MANIFEST_MISMATCH: (
        "قائمة الملفات المختومة ليست القائمة التي تعطيها المواد[: المتوقع {expected}، والموجود {found}]",
        _OTHER_COPY,
    ),
    # 4 wrapping
    Reason.WRAPPING_MATCHES: ("الغلاف مطابق تماما لما يعطيه باقي الحزمة", _NOTHING),
    Reason.PACKAGING_CHANGED: (
        "ليس الغلاف كما صنع (ملفات نظام التشغيل أو مجلدات فارغة أو ملفات وسوم)؛ ولا يحمل الغلاف أي دليل",
        _PACK,
    ),
    Reason.VERIFY_TXT_CHANGED: (
        "ليس custody/VERIFY.txt النص الذي يعطيه هذا الختم؛ فلا تتبع تعليماته",
        _OTHER_COPY,
    ),
    # 5 the seal
    Reason.SEAL_SIGNED: ("الختم موقع بكل مفتاح يذكره", _NOTHING),
    Reason.SEAL_MISSING: ("لا ختم هنا: لا يشهد شيء موقع لهذه الملفات", _OTHER_COPY),
    Reason.SEAL_AMBIGUOUS: (
        "في هذه الحزمة عدة أختام، ولا شيء يبين أيها المقصود",
        "سم الختم الذي تتوقعه بالخيار --expect-seal، أو أضف إلى ملف الثقة الخاتم الذي تعرفه",
    ),
    Reason.SEAL_MALFORMED: ("لا يوافق الختم الصيغة[: {detail}]", _OTHER_COPY),
    Reason.SEAL_SIGNATURE_MISSING: ("مفتاح يذكره الختم لم يوقعه[: {detail}]", _OTHER_COPY),
    Reason.SEAL_SIGNATURE_WRONG: ("أحد توقيعات الختم لا يثبت[: {detail}]", _OTHER_COPY),
    Reason.SEAL_NOT_EXPECTED: (
        "هذا ختم غير الختم المتوقع[: المتوقع {expected}][، والموجود {found}]",
        "قارن المعرف الذي أدخلته بمصدره؛ فإن كان كما في المصدر فليست هذه هي الحزمة المقصودة",
    ),
    # 6 the log
    Reason.LOG_UNBROKEN: ("تتوالى أحداث السجل دون فجوة[، وعددها {events}]", _NOTHING),
    Reason.EVENT_MALFORMED: (
        "نحي هذا الحدث جانبا لأنه لا يوافق الصيغة[: {detail}]",
        _TELL,
    ),
    Reason.EVENT_SIGNATURE_MISSING: ("نحي هذا الحدث جانبا لأن مفتاحا يذكره لم يوقعه[: {detail}]", _TELL),
    Reason.EVENT_SIGNATURE_WRONG: ("نحي هذا الحدث جانبا لأن أحد توقيعاته لا يثبت[: {detail}]", _TELL),
    Reason.EVENT_SIGNER_UNKNOWN: (
        "نحي هذا الحدث جانبا لأن موقعه ليس في ملف الثقة",
        "إن كنت تعرف الموقع فقارن البصمة عبر قناة أخرى ثم أضف المفتاح إلى ملف الثقة",
    ),
    Reason.EVENT_KEY_SET: (
        "لا يذكر الحدث مجموعة مفاتيح موقعه كاملة[: {event}]",
        "اسأل الموقع عن المفاتيح التي كانت مستعملة، وهل هذا الحدث منه",
    ),
    Reason.EVENT_KEY_TIME: ("لم يتبين أن المفتاح كان مستعملا حين وقع الحدث[: {event}]", _STAMP),
    Reason.EVENT_ALGORITHM_ENDED: (
        "لم يعد ملف الثقة يعتمد أي خوارزمية وقع بها هذا الحدث[: {event}]",
        "ابحث عن إثبات زمني يسبق انتهاء العمل بها، أو عن تجديد أجري في وقته",
    ),
    Reason.EVENT_THRESHOLD: (
        "وقع عدد أقل مما يشترطه ملف الثقة لهذا النوع من الأحداث[: {detail}]",
        "اطلب من الموقعين الناقصين إقرارا منهم، أو تحقق بملف ثقة آخر",
    ),
    Reason.EVENT_OF_ANOTHER_BUNDLE: ("يعود هذا الحدث إلى حزمة أخرى[: {bundle}]، وقد نحي جانبا", _TELL),
    Reason.EVENT_FILE_UNKNOWN: ("لا مكان لهذا الملف في مجلد حدث، وقد نحي جانبا", _TELL),
    Reason.COMMITMENT_REPEATED: ("يكرر هذا الحدث التزاما ورد في حدث آخر، وقد نحي جانبا", _TELL),
    Reason.LATER_EVENT_EXISTS: (
        "عرف حدث لاحق، ونسخة السجل هذه تنتهي قبله[: {event}]",
        "ادمج الإيصال الذي يبينه، أو اطلب من الحائز الذي كتبه نسخة السجل التي يحتفظ بها",
    ),
    Reason.NOT_MERGED: (
        "لا موضع لهذا الحدث بين الأحداث الموجودة هنا، أو لا يخص أي رأس لهذا السجل",
        _ASK_HOLDER,
    ),
    Reason.FORK: (
        "وقع حائز واحد قولين متناقضين لموضع واحد في السجل[: {event}]؛ ويستطيع أي أحد التأكد من ذلك",
        "احتفظ بالنسختين كما هما، واسأل الحائز؛ ومثل هاتين النسختين لا تدمجان",
    ),
    Reason.SIGNATURES_DIFFER: (
        "وقع حدث واحد من السجل مرة ثانية بتوقيعات أخرى[: {event}]؛ ويقدر على ذلك وحده من وقعه مع الحائز",
        "اسأل الحائز أي النسختين هي الحدث الذي سجله",
    ),
    Reason.HEAD_NOT_FOUND: (
        "الحدث الذي سميته ليس رأسا لهذا السجل",
        "ابحث عن رؤوس السجل في قائمة الأحداث، وقارن المعرف بمصدره",
    ),
    Reason.RECEIPT_HELD: ("تضم نسخة السجل هذه ما تبينه الإيصالات[، وعدد الأحداث {events}]", _NOTHING),
    Reason.RECEIPT_SET_ASIDE: (
        "لا يحسب هذا الإيصال هنا، وقد نحي جانبا[: {detail}]",
        "اطلب ممن أعطاك الإيصال نسخة أخرى منه، واسأله إلى أي حزمة يعود",
    ),
    Reason.NOT_THE_HOLDER: ("ليس موقع هذا الحدث الحائز الذي يكتب هنا، وقد نحي جانبا", _TELL),
    Reason.NOT_THE_RECIPIENT: ("كان التسليم موجها إلى غير من وقع هذا الحدث، وقد نحي جانبا", _TELL),
    Reason.NOT_THE_SUCCESSOR: ("لم يسم الموقع خلفا للحائز، وقد نحي الحدث جانبا", _TELL),
    Reason.HOLDING_IN_TRANSIT: (
        "كان الحائز قد سلم هذه النسخة ثم كتب فيها قبل استردادها؛ نحي الحدث جانبا",
        _TELL,
    ),
    Reason.HOLDING_CLOSED: (
        "كانت الحيازة قد انتهت قبل هذا الحدث، بإغلاقها أو بتسوية وقعها حائزها، وقد نحي جانبا",
        _TELL,
    ),
    Reason.HOLDING_WRONG: (
        "هذا الحدث في غير موضعه: لا يتبع ما عليه أن يتبعه، أو يفتح حيازة ليس له أن يفتحها، وقد نحي جانبا",
        _TELL,
    ),
    Reason.HANDOVER_DIFFERS: (
        "يذكر هذا الحدث جذرا أو عدد مواد غير ما في الختم[: {event}]؛ ولا يتبين أن المقصود هذه الحزمة",
        "قارن الجذر والعدد بما لدى المسلم والمستلم كتابة، واسألهما عما سلم",
    ),
    Reason.FIXITY_FAILED: (
        "وجد موقع هذا الحدث مواد أو ملفات لا تطابق[: {type}]",
        "اقرأ في الحدث ما لم يطابق، واطلب من موقعه النسخة التي فحصها",
    ),
    Reason.HOLDER_ROLE: (
        "تولى الحزمة من يعرفه ملف الثقة ولا يمنحه صفة حائز ولا صفة خاتم[: {event}]",
        "إن كان له أن يحوز الحزمة فأضف له صفة حائز في ملف الثقة، ثم تحقق من جديد",
    ),
    Reason.IN_TRANSIT: (
        "سلمت الحزمة، ولا يبين هذا السجل أن أحدا استلمها",
        "اطلب من المستلم أن يسجل الاستلام، أو من الحائز أن يسترد ما سلمه",
    ),
    Reason.COPY_UNACKNOWLEDGED: (
        "أعطيت نسخة ولم يسجل استلامها",
        "اطلب من المستلم أن يسجل استلام النسخة",
    ),
    Reason.COPY_WITHDRAWN: (
        "رجع المعطي عن إعطاء نسخة وقع مستلمها على استلامها؛ ولا يحسم هذا أيهما كان أولا، ولا تتوقف عليه حيازة الأصل",
        "اسأل الطرفين هل بقيت النسخة لدى المستلم",
    ),
    Reason.SUCCESSION_UNAPPROVED: (
        "يواصل خلف حيازة غيره، ولم يوقع على ذلك مجيز موثوق",
        "اطلب مفتاح المجيز، أو إقرارا يبين من تولى الأمر ولماذا",
    ),
    Reason.SUCCESSOR_UNKNOWN: ("اسم من عين خلفا محجوب في هذه النسخة", _OPEN_COPY),
    Reason.DISPUTED: (
        "يتناقض حدثان فيمن يحوز الحزمة، ولا يفصل بينهما إثبات للوقت[: {event}]",
        "اسأل الموقعين كليهما؛ وينتهي النزاع بحدث reconciled يوقعه الاثنان",
    ),
    Reason.STUB_IN_PAST: ("يسبق رأس السجل هذا حدث محجوب المضمون، ولا يعرف ما جرى فيه", _OPEN_COPY),
    Reason.STUB_UNFOLLOWED: ("مضمون هذا الحدث محجوب، ولا يتبعه حدث مفتوح", _OPEN_COPY),
    Reason.SET_ASIDE_IN_PAST: (
        "يسبق رأس السجل هذا حدث نحي جانبا",
        "اقرأ ما قيل عن ذلك الحدث، واسأل الحائز عنه",
    ),
    Reason.ITEM_UNKNOWN: ("يذكر هذا الحدث مادة ليست في الحزمة، وقد نحي جانبا", _TELL),
    Reason.OUTPUTS_NOT_THERE: (
        "يقول الحدث إن مواد في حزمة أخرى صنعت من هذه الحزمة، وتلك الحزمة لا تؤيد ذلك[: {bundle}]",
        "اسأل الحائز أي حزمة فيها ما صنع، ولا بد أن يسمي ختمها ختم هذه الحزمة",
    ),
    Reason.ATTESTATION_LISTED: (
        "هناك من يقر بشيء عن هذه الحزمة[: {actor}][، وفي توقيعه شك: {doubt}]؛ ولا يغير إقراره عهدة أحد",
        "اقرأ الإقرار وقدره بنفسك",
    ),
    Reason.ATTESTATION_SET_ASIDE: (
        "نحي جانبا إقرار عن هذه الحزمة، فهو لا يوافق الصيغة، أو لا تثبت توقيعاته أو لا تكفي",
        "اطلب من صاحبه نسخة أخرى",
    ),
    Reason.PREDECESSOR_NOT_PRESENTED: (
        "يسمي الختم حزمة سابقة لم تقدم[: {bundle}][، وختمها {seal}]",
        "تحقق من الحزمتين معا",
    ),
    Reason.ATTESTATION_SIGNER_UNKNOWN: (
        "وقع إقرار عن هذه الحزمة بمفاتيح لا يعرفها ملف ثقتك",
        "إن عرفت أصحاب هذه المفاتيح فقارن البصمة ثم أضفها: custody trust add",
    ),
    Reason.PREDECESSOR_MISMATCH: (
        "الحزمة السابقة التي قدمت ليست الحزمة التي يسميها هذا الختم[: {bundle}]",
        "اسأل الخاتم عن الحزمة السابقة المقصودة",
    ),
    # 8 the sealer
    Reason.SEALER_TRUSTED: ("يعرف ملف الثقة هذه المفاتيح باسم {identity} وبصفة خاتم", _NOTHING),
    Reason.SEAL_EXPECTED: ("هذا هو الختم الذي توقعته", _NOTHING),
    Reason.SEALER_UNKNOWN: ("لا يعرف ملف الثقة المفاتيح التي وقعت الختم", _ASK_SEALER),
    Reason.SEALER_KEY_SET: (
        "لا يذكر الختم مجموعة مفاتيح الخاتم كاملة كما هي في ملف الثقة[: {signer}]",
        "اسأل الخاتم عن المفاتيح التي كانت مستعملة، وهل هذا الختم منه",
    ),
    Reason.SEALER_ROLE: (
        "يعرف ملف الثقة الموقع[، {signer}،] لكن ليس بصفة خاتم",
        "اسأل القائم على ملف الثقة هل يجوز لهذه الهوية أن تختم",
    ),
    Reason.SEALER_THRESHOLD: (
        "وقع الختم عدد أقل مما يشترطه ملف الثقة[: المشترط {expected}، والموجود {found}]",
        "اسأل القائم على ملف الثقة، أو اطلب من الموقعين الناقصين إقرارا منهم",
    ),
    Reason.SEALER_KEY_TIME: (
        "لم يتبين أن مفتاح الخاتم كان مستعملا حين وقع الختم[: {signer}]",
        _STAMP,
    ),
    Reason.SEALER_KEY_COMPROMISED: (
        "كان مفتاح الخاتم في يد غيره[ منذ {since}]، ولا إثبات للوقت يضع الختم قبل ذلك[: {signer}]",
        "ابحث عن إثبات للوقت على هذا الختم، أو قارن معرف الختم بما دون منه قبل ذلك",
    ),
    Reason.ALGORITHM_ENDED: (
        "لم يعد ملف الثقة يعتمد خوارزمية من خوارزميات هذه التوقيعات[: {algorithm}][، انتهت في {until}]",
        "ابحث عن تجديد أجري في وقته، أو قارن بنسخة جددت",
    ),
    # 9 what is withheld or erased
    Reason.NOTHING_WITHHELD: ("كل المواد موجودة هنا ومفتوحة", _NOTHING),
    Reason.PART_ATTRIBUTED: (
        (
            "هذا جزء من حزمة، صنعه {actor}[ من أجل {recipient}]"
            "[ من أجل من يسميه {claimed_recipient}]؛"
            " ويقدر على صنعه كل من لديه القدر نفسه؛ ولم تفحص قائمة الملفات المختومة"
        ),
        "إن احتجت إلى ما حجب فاطلبه من الحائز الذي صنع هذا الجزء",
    ),
    Reason.ERASURE_ATTRIBUTED: ("محيت مواد، ويبين حدث محسوب من محاها[، وعددها {items}]", _NOTHING),
    Reason.PART_INCOMPLETE: (
        "هذا جزء من حزمة: ليس كل ما ختم موجودا هنا ومفتوحا[، وعدد ما ليس كذلك {items}]",
        "إن احتجت إلى ما حجب فاطلبه من الحائز الذي صنع هذا الجزء",
    ),
    Reason.ERASURE_PENDING: (
        "محيت مواد[ بحسب الحدث {event}]؛ وما زالت في هذه النسخة[، وعددها {items}]",
        "إن أريد للمحو أن يسري هنا أيضا: custody merge BUNDLE --to NEW، وتحقق من NEW، ثم أتلف هذه النسخة",
    ),
    Reason.ITEMS_ERASED: (
        "ليس كل ما ختم موجودا هنا: محيت مواد[، وعددها {items}]",
        "اقرأ الحدث الذي يبين من محاها ولأي سبب",
    ),
    Reason.WITHHELD_UNATTRIBUTED: (
        "حجب شيء من الحزمة ولا توقيع يبين من حجبه: فقد يكون أي أحد قد أزاله[، وعدد المواد {items}]",
        "اطلب من الحائز نسخة كاملة، أو جزءا وقعه بنفسه",
    ),
    Reason.NO_OPEN_CONTENT: (
        "ليس محتوى أي مادة مفتوحا، فلم يقارن أي ملف",
        "اطلب من الحائز جزءا يحتوي الملفات التي تحتاج إليها",
    ),
    Reason.EVENT_FIELD_CLOSED: ("أحد حقول هذا الحدث محجوب[: {field}]", _OPEN_COPY),
    Reason.EVENT_STUBBED: ("مضمون هذا الحدث محجوب، وليس هنا إلا تسلسل توقيعه", _OPEN_COPY),
}

CATALOGUE = Catalogue(
    language="ar",
    outcomes=OUTCOMES,
    claims=CLAIMS,
    claim_sentences=CLAIM_SENTENCES,
    questions=QUESTIONS,
    reasons=REASONS,
    stamp_codes=STAMP_CODES,
    limits=LIMITS,
    exits=EXITS,
    words={**WORDS, **LOG_WORDS},
)
