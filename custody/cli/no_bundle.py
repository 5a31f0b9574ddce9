"""What is plainly no bundle: the wrong folder, a text, half a zip. People mistype, and should be told so."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path
from typing import Literal

from attrs import evolve

from custody.errors import BundleError
from custody.format.bag import ITEMS_PATH
from custody.present.catalogue import Catalogue, catalogue_for
from custody.report.reason import Reason

NoBundle = Literal["no_bundle_folder", "no_bundle_file", "no_bundle_zip"]
_MARKS = ("bagit.txt", "custody")
_ZIP = b"PK"


def plainly_no_bundle(path: str) -> NoBundle | None:
    """Return which words of a catalogue say why a path is no bundle, or None when it may be one.

    A look at names and first bytes for the sake of the hint; it judges nothing.
    """
    place = Path(path)
    try:
        mode = place.lstat().st_mode
        if stat.S_ISDIR(mode):
            there = any(os.path.lexists(place / mark) for mark in _MARKS)
            return None if there else "no_bundle_folder"
        if not stat.S_ISREG(mode):
            return None
        with place.open("rb") as file:
            if file.read(len(_ZIP)) != _ZIP:
                return "no_bundle_file"
            return None if zipfile.is_zipfile(file) else "no_bundle_zip"
    except OSError:
        return None


def plainly_a_bundle(path: str) -> bool:
    """Tell by a look at names whether a path is a bundle, folder or zip; it judges nothing either."""
    if (Path(path) / ITEMS_PATH).is_file():
        return True
    try:
        with zipfile.ZipFile(path) as packed:
            return any(name.endswith(f"/{ITEMS_PATH}") for name in packed.namelist())
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return False  # whoever reads the path says what is wrong with it


def refuse_no_bundle(path: str) -> None:
    """End a command that would have nothing to show.

    Raises:
        BundleError: code NO_BUNDLE: it is plainly none.
    """
    why = plainly_no_bundle(path)
    if why is not None:
        raise BundleError(
            "bundle: expected a folder or a zip with a seal, found something else",
            code="NO_BUNDLE",
            hint=catalogue_for("en").words[why],
        )


def with_step(catalogue: Catalogue, why: NoBundle | None) -> Catalogue:
    """Return a catalogue in which the next step fits what is plainly no bundle."""
    if why is None:
        return catalogue
    told = {
        reason: (catalogue.reasons[reason][0], catalogue.words[why])
        for reason in (Reason.ZIP_FORM, Reason.SEAL_MISSING, Reason.ITEMS_MISSING)
    }
    return evolve(catalogue, reasons={**catalogue.reasons, **told})
