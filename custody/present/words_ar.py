"""Arabic: verdicts, claims, limits, headings and what the exit codes mean, without vowel marks."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

from custody.report.claim import Claim, Outcome
from custody.report.report import Limit

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PROVEN: "مثبت",
    Outcome.REFUTED: "منقوض",
    Outcome.UNDETERMINED: "غير محسوم",
}
CLAIMS: Mapping[Claim, str] = {
    Claim.INTACT: "عدم التغير",
    Claim.SEALED_BY: "هوية الخاتم",
    Claim.EXISTED_BEFORE: "الوجود قبل وقت معين",
    Claim.CUSTODY_UNBROKEN: "اتصال العهدة",
    Claim.COMPLETE: "الاكتمال",
}
CLAIM_SENTENCES: Mapping[tuple[Claim, Outcome], str] = {
    (Claim.INTACT, Outcome.PROVEN): (
        "{unchanged} من أصل {items} من المواد لم تتغير منذ الختم {seal}"
        " (المفتوح جزئيا {partly_open}، والممحو {erased}، والمحجوب {withheld})"
    ),
    (Claim.INTACT, Outcome.REFUTED): "ما هو موجود هنا ليس ما ختم[ (الختم {seal})]",
    (Claim.INTACT, Outcome.UNDETERMINED): "تعذر الحسم هل بقيت المواد دون تغيير[ منذ الختم {seal}]",
    (Claim.SEALED_BY, Outcome.PROVEN): "وقع الختم {identities}",
    (Claim.SEALED_BY, Outcome.REFUTED): "لا يثبت الختم، أيا كان الاسم المذكور فيه",
    (Claim.SEALED_BY, Outcome.UNDETERMINED): "تعذر الحسم فيمن وقع الختم",
    (Claim.EXISTED_BEFORE, Outcome.PROVEN): "كان الختم وتوقيعاته موجودة قبل {time}[، بحسب {authority}]",
    (Claim.EXISTED_BEFORE, Outcome.REFUTED): "لم يكن هذا الختم موجودا قبل الوقت المسؤول عنه",
    (Claim.EXISTED_BEFORE, Outcome.UNDETERMINED): "تعذر الحسم في الوقت الذي كان الختم موجودا قبله",
    (Claim.CUSTODY_UNBROKEN, Outcome.PROVEN): (
        "لا فجوة في عمليات التسليم المسجلة حتى {heads} (ولا يرى ذيل السجل إن قطع إلا بإيصال)"
    ),
    (Claim.CUSTODY_UNBROKEN, Outcome.REFUTED): "تناقض عمليات التسليم المسجلة ما وقع عليه",
    (Claim.CUSTODY_UNBROKEN, Outcome.UNDETERMINED): "تعذر الحسم هل في عمليات التسليم فجوة",
    (Claim.COMPLETE, Outcome.PROVEN): "كل مادة مختومة وكل حقل موجود هنا ومفتوح؛ أما ما لم يختم قط فمجهول",
    (Claim.COMPLETE, Outcome.REFUTED): "ليس ما هو موجود هنا كل ما ختم، أو ليس كما ختم",
    (Claim.COMPLETE, Outcome.UNDETERMINED): "تعذر الحسم هل كل ما ختم موجود هنا ومفتوح",
}
QUESTIONS: Mapping[int, str] = {
    1: "هل يمكن قراءة كل شيء، وهل لكل شيء مكانه؟",
    2: "هل تعطي المواد الجذر المختوم؟",
    3: "هل الملفات كما تقول المواد؟",
    4: "هل الغلاف كما يعطيه باقي الحزمة؟",
    5: "هل وقع الختم كل مفتاح يذكره؟",
    6: "هل تتوالى أحداث السجل؟",
    7: "أي الأوقات مثبت؟",
    8: "هل الخاتم معروف في ملف الثقة؟",
    9: "ما الذي حجب أو محي، وبتوقيع من؟",
}
LIMITS: Mapping[Limit, str] = {
    Limit.CONTENT_TRUE: "هل جرى ما تظهره الملفات أو تقوله على ذلك النحو",
    Limit.PERSON_BEHIND_KEY: "أي شخص استعمل المفتاح",
    Limit.TIME_OF_CAPTURE: "متى صنعت الملفات، وماذا جرى لها قبل الختم",
    Limit.NEVER_SEALED: "هل وجدت مواد أخرى لم تختم قط أو ختمت في مكان آخر",
    Limit.LOG_TAIL: "هل توجد أحداث أو إقرارات أو نسخ لاحقة قطعت قبل أن يراها أحد",
    Limit.CHANGED_AND_RESTORED: "هل غير ملف أثناء قراءته ثم أعيد إلى ما كان عليه",
    Limit.FREELY_SIGNED: "هل وقع الموقع بإرادته",
}
EXITS: Mapping[int, str] = {
    0: "كل ادعاء مطلوب مثبت",
    1: "ادعاء مطلوب منقوض",
    2: "استدعي الأمر على نحو خاطئ",
    3: "لا ادعاء مطلوب منقوض، وتعذر الحسم في واحد منها على الأقل",
    4: "تعذرت قراءة شيء ما؛ ولا يدل ذلك على شيء بشأن الأدلة",
    130: "أوقف التنفيذ",
}
WORDS: Mapping[str, str] = {
    "bundle": "الحزمة",
    "seal": "الختم",
    "folder": "مجلد",
    "zip": "ملف zip",
    "verified_at": "وقت التحقق",
    "no_seal": "لا ختم مقروء",
    "because": "السبب",
    "forgeable": "الملفات مطابقة للختم {seal}؛ لكن أي أحد يقدر على صنع هذا الختم",
    "nobody": "مفاتيح لا يسميها ملف الثقة",
    "no_heads": "الختم",
    "heads": "الحدث {heads}",
    "head_proven": "حتى الحدث {event}: لا فجوة",
    "head_refuted": "حتى الحدث {event}: هناك ما يناقضه ({codes})",
    "head_undetermined": "حتى الحدث {event}: تعذر الحسم ({codes})",
    "heads_more": "وغيرها {count} من رؤوس السجل",
    "holdings": "من حاز الحزمة",
    "holdings_none": "لا يتبين أن أحدا حازها: ليس هنا حدث محسوب",
    "holdings_more": "وغيرها {count} من الحيازات",
    "holder_hidden": "(اسمه محجوب)",
    "holding_line": "الحائز {holder}: {opened}[ ({start})][{notes}]؛ {state}",
    "holding_claimed": "الوقت المذكور {time}",
    "opened_sealed": "ختمها",
    "opened_received": "استلمها",
    "opened_copy-received": "استلم نسخة منها",
    "opened_succeeded": "واصل حيازتها خلفا",
    "opened_unapproved": "يقول إنه واصل حيازتها خلفا",
    "opened_unknown": "بداية هذه الحيازة محجوبة",
    "state_held": "يحوزها بحسب ما يبينه هذا السجل",
    "state_held-shown": "حازها حتى آخر حدث هنا؛ ويبين إيصال ليس من هذا السجل أن {to} تولاها بعد ذلك",
    "state_in-transit": "سلمها {holder} إلى {to}[ ({end})] ولم تستلم بعد: لا يتبين أن أحدا يحوزها",
    "state_in-transit-shown": "سلمها {holder} إلى {to}[ ({end})]؛ ويبين إيصال ليس من هذا السجل أن غيره تولاها",
    "state_handed-over": "سلمها فاستلمها {to}[ ({end})]؛ وما بقي من ملفاتها لدى {holder} نسخة بلا حائز",
    "state_succeeded": "واصل حيازتها {to}[ ({end})]",
    "state_closed": "أغلق {holder} حيازته[ ({end})]",
    "state_reconciled": "انتهت حيازته بتسوية وقعها {holder}[ ({end})]",
    "state_disputed": "متنازع فيها: تتناقض أحداث موقعة بشأن هذه الحيازة",
    "state_unapproved": "لم يوقع على ذلك مجيز يعرفه ملف الثقة، فلا يتبين أن أحدا يحوزها",
    "note_not-as-sealed": "؛ سجل من استلمها أنها لم تكن كما ختمت",
    "note_refused": "؛ رفض {to} استلام ما سلم إليه، ولا يغير ذلك حيازة أحد",
    "note_release-withdrawn": "؛ سلمها ثم رجع عن التسليم",
    "state_unknown": "ما آلت إليه يخفيه حدث محجوب أو منحى جانبا",
    "unnamed": "من لا يسميه ملف الثقة",
    "findings": "ما جرى فحصه",
    "at": "الموضع",
    "item": "المادة",
    "next": "الخطوة التالية",
    "basis": "الأساس",
    "facts": "تفاصيل",
    "counts": "المواد",
    "counts_line": (
        "المجموع {items}: المفتوح {open}، والمفتوح جزئيا {partly_open}، والمحجوب {withheld}، والممحو {erased}؛"
        " ومن المفتوح {padding} حشو؛ ووجد {files} من الملفات كما ختم، وحجمها {payload_bytes} بايت"
    ),
    "more": "وغيرها {count} لم تدرج",
    "claimed": "أقوال الحزمة عن نفسها؛ ولم يقارن شيء منها بالواقع",
    "claimed_case": "القضية",
    "claimed_at": "وقت الختم",
    "claimed_signer": "الموقع",
    "claimed_events": "الأحداث",
    "status_counted": "محسوب",
    "status_set-aside": "منحى جانبا",
    "status_stub": "محجوب المضمون",
    "status_receipt": "إيصال",
    "status_attestation": "إقرار",
    "calendar_summary": "custody: جدد إثباتات الحزمة {bundle}",
    "calendar_description": "يضعف أحد الإثباتات في {date}. جدده قبل ذلك: custody renew ثم custody stamp.",
    "renew_by": "جدد قبل",
    "window": "وقت التوقيع",
    "not_before": "ليس قبل {time}",
    "not_after": "ليس بعد {time}",
    "comma": "، ",
    "head": "رأس السجل",
    "limits": "ما لا يبينه هذا التحقق ولا أي تحقق",
    "summary": "الخلاصة",
    "required": "المطلوب",
    "exit": "رمز الخروج {code}: {meaning}",
    "table_title": "الحزم",
    "unreadable": "غير مقروء",
    "total": (
        "عدد الحزم {bundles}: ثبت كل المطلوب في {proven}، ونقض في {refuted}،"
        " ولم يحسم في {undetermined}، وتعذرت قراءة {unreadable}"
    ),
    "predecessors": "حزم سابقة يسميها ختم وليست هنا",
    "predecessor": "الحزمة {bundle}، الختم {seal}، ذكرها {by}",
    "no_bundle_folder": "هذا المجلد ليس حزمة، فليس فيه bagit.txt ولا custody: اختر مجلد حزمة أو ملف zip",
    "no_bundle_file": "هذا الملف ليس حزمة: الحزمة مجلد أو ملف zip",
    "no_bundle_zip": "ملف zip هذا مبتور: انسخه أو أحضره مرة أخرى",
    "not_verified": "غير متحقق منه: ما يلي هو ما تقوله الحزمة عن نفسها",
    "event_time": "الوقت المذكور",
    "event": "الحدث",
    "type": "النوع",
    "closed": "محجوب",
    "fingerprint": "البصمة",
    "withheld": "محجوبة",
    "partly": "مفتوحة جزئيا",
    "unreadable_event": "تتعذر قراءته على أنه حدث",
}
