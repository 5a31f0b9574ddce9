"""The one style sheet of pages: legible on a screen, on paper and without colour.

Every pair of a text's colour and its ground has a contrast of at least 4.5 (WCAG 2.2, 1.4.3); a test counts.
What differs by colour differs by its border and its words too.
"""

from __future__ import annotations

from custody.filing.setting import COLOURS

_EDGES = {"refuted": "double", "undetermined": "dashed", "draft": "dotted"}
_TONES = "".join(
    f"p.{tone},.answer.{tone}{{border-inline-start:.35rem {_EDGES.get(tone, 'solid')} {ink};"
    f"background:{ground};padding:.5rem .8rem;margin:.7rem 0;break-inside:avoid}}"
    f".{tone} .mark,.{tone} .word{{color:{ink}}}"
    for tone, (ink, ground) in COLOURS.items()
    if tone != "plain"
)

STYLE = (
    ":root{color-scheme:light}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:60rem;padding:1rem 1.25rem 3rem;background:#fff;color:#1a1a1a;"
    'font:1rem/1.55 "Noto Sans","Segoe UI",system-ui,sans-serif}'
    ':lang(ar){font-family:"Noto Naskh Arabic","Noto Sans Arabic","Segoe UI",Tahoma,sans-serif}'
    "h1,h2,h3,h4{line-height:1.3;margin:1.6em 0 .5em;break-after:avoid}"
    "h1{font-size:1.75rem;margin-top:.5em}h2{font-size:1.35rem}h3{font-size:1.12rem}h4{font-size:1rem}"
    "p,li,dd,td,th,figcaption{overflow-wrap:break-word}bdi.id,bdi.untrusted{overflow-wrap:anywhere}"
    + _TONES
    + ".answer p{margin:0}.answer p+p{margin-top:.25rem}.word{margin-inline-end:.4rem}.title{font-weight:600}"
    ".code{font-size:.8rem;color:#4a4a4a;margin-inline-start:.4rem}"
    'bdi.id,pre{font-family:"DejaVu Sans Mono",ui-monospace,Consolas,Menlo,monospace;font-size:.85em}'
    "bdi.exact{font-variant-numeric:lining-nums}"
    # One box: a name in the other script is neither cut in two nor mixed with what stands beside it.
    "bdi.untrusted{background:#ececf0;border-radius:.2rem;padding:0 .2rem}"
    "bdi.untrusted{display:inline-block;max-width:100%}"
    "td bdi.untrusted,th bdi.untrusted{max-width:20rem;overflow-wrap:break-word}"
    "bdi.time{white-space:nowrap}"
    "dl{margin:.7rem 0}"
    "dl div{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.25rem 0;border-bottom:1px solid #ddd}"
    "dt{flex:0 0 13rem;font-weight:600}dd{flex:1 1 18rem;margin:0}"
    ".wide{overflow-x:auto;margin:1rem 0}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "caption{text-align:start;font-weight:600;padding:.3rem 0}"
    "th,td{border-bottom:1px solid #ccc;padding:.35rem .5rem;text-align:start;vertical-align:top}"
    "thead th{border-bottom:2px solid #555}tbody th{font-weight:400}"
    "figure{margin:1rem 0}figure svg,figure img{max-width:100%;height:auto}"
    "svg{direction:ltr}"  # a drawing says itself which way its words run
    ".qr{display:flex;gap:1rem;align-items:center}.qr svg{width:6rem;flex:none}"
    ".pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:1rem}"
    ".pictures figure{margin:0;break-inside:avoid}figcaption{font-size:.85rem}"
    "pre{background:#f5f5f5;border:1px solid #ccc;padding:.7rem;overflow-x:auto;text-align:left}"
    ".blank{display:flex;flex-wrap:wrap;gap:0 .8rem;align-items:flex-end;margin:1rem 0}"
    ".line{flex:1 1 14rem;min-height:1.6em;border-bottom:1px solid #333}.filled{color:#555}"
    "footer{margin-top:2.5rem;border-top:1px solid #ccc;font-size:.85rem;color:#444}"
    "@page{size:A4;margin:18mm}"
    "@media print{body{max-width:none;padding:0;font-size:10pt}.page-break{break-after:page}"
    ".wide{overflow:visible}thead{display:table-header-group}tr{break-inside:avoid}pre{white-space:pre-wrap;overflow-wrap:anywhere}}"
)
"""The style sheet; its SHA-256 stands in the policy of every page."""
