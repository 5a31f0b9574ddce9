"""Arabic words of gap reports, without vowel signs."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "profile": "متطلبات الجهة",
    "draft": "مسودة، تحتاج إلى مراجعة محام",
    "own_file": "ملف خاص بالمستخدم، SHA-256 {digest}",
    "state_met": "مستوفى",
    "state_not-met": "غير مستوفى",
    "state_undetermined": "غير محسوم",
    "state_declared": "مصرح به",
    "state_not-declared": "غير مصرح به",
    "state_not-applicable": "لا ينطبق",
    "state_later": "لاحقا",
    "severity_error": "خطأ",
    "severity_warning": "تنبيه",
    "severity_info": "معلومة",
    "declared_by": "تصريح لم يتحقق منه أي برنامج، صرح به",
    "because": "السبب",
    "next": "الخطوة التالية",
    "citation": "يستند إلى",
    "too_late": "هذه الحزمة مختومة وتبقى كما هي: اختم حزمة جديدة تشير إليها (--previous)، أو ليصرح شخص مسمى بما ينقص (custody attest)",
    "later_bundle": "يسأل عنه بعد الختم",
    "later_filing": "يسأل عنه عند التقديم: --declaration FILE",
    "cannot_be_seen": "محجوب أو لا يرى هنا",
    "more": "و{count} أخرى",
    "object_file": "الملف",
    "no_numbers": "لا أرقام للمواد قبل الختم: الختم هو الذي يعطيها، بترتيبه الخاص",
    "add_columns": "إن لم يكن في جدول custody draft عمود لحقل مسمى فأضف عمودا بهذا الاسم، مثل origin.started",
    "later_checks": "عدد البنود {count}",
    "object_item": "المادة",
    "object_event": "الحدث",
    "object_case": "القضية",
    "object_seal": "الختم",
    "object_stamp": "إثبات الوقت",
    "object_filing": "التصريح",
    "comma": "، ",
    "counts": "عدد البنود {checks}: أخطاء {errors}، تنبيهات {warnings}، غير محسوم {undetermined}، مستوفى {met}، مصرح به {declared}، لاحقا {later}",
    "has_checks": "الإصدار {version}، عدد البنود {count}",
    "exit": "رمز الخروج {code}: {meaning}",
    "verification": "التحقق من الحزمة",
    "required": "مطلوب",
    "exit_0": "لا بند مفتوحا من بنود الأخطاء",
    "exit_0_bundle": "لا بند مفتوحا من بنود الأخطاء، وكل ادعاء مطلوب مثبت",
    "exit_1": "بند من بنود الأخطاء غير مستوفى أو غير مصرح به",
    "exit_1_bundle": "بند من بنود الأخطاء غير مستوفى أو غير مصرح به، أو ادعاء مطلوب منقوض",
    "exit_3": "بند من بنود الأخطاء لم يحسم",
    "exit_3_bundle": "بند من بنود الأخطاء أو ادعاء مطلوب لم يحسم",
}
