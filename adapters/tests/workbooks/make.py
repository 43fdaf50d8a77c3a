"""Makes the workbooks of this folder: `python make.py` with openpyxl (and msoffcrypto-tool for the encrypted one).

They are of the shape that the INE and town halls send; figures and officers are made up.
"""

import datetime
import pathlib

import msoffcrypto
import openpyxl
from msoffcrypto.format.ooxml import OOXMLFile

HERE = pathlib.Path(__file__).parent
WHEN = datetime.datetime(2026, 1, 1)


def save(book, name):
    book.properties.creator = "PRUEBA"
    book.properties.created = book.properties.modified = WHEN
    book.save(HERE / name)


def population():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "pobmun24"
    sheet["A1"] = "PRUEBA: cifras inventadas con la forma de la revisión del Padrón a 1 de enero de 2024"
    sheet.merge_cells("A1:G1")
    sheet.append(["CPRO", "PROVINCIA", "CMUN", "NOMBRE", "POB24", "HOMBRES", "MUJERES"])
    rows = [
        ("01", "Araba/Álava", "001", "Alegría-Dulantzi", 3000, 1500, 1500),
        ("05", "Ávila", "001", "Adanero", 30, 20, 10),
        ("13", "Ciudad Real", "047", "Herencia", 8000, 4000, 4000),
        # Numbers as text, with and without marks between thousands.
        ("24", "León", "134", "Robla, La", "4.000", "2.000", "2.000"),
        # Codes that became numbers.
        (9, "Burgos", 59, "Burgos", 0, 0, 0),
        ("28", "Madrid", "079", "Madrid", 1250000, 600000, 650000),
    ]
    for row in rows:
        sheet.append(row)
    sheet.append(["Fuente: PRUEBA"])
    last = sheet.max_row
    sheet.merge_cells(start_row=last, end_row=last, start_column=1, end_column=7)
    save(book, "pobmun24.xlsx")


def police():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "PRUEBA: municipios con policía local"
    sheet.append(["Código INE", "Municipio"])
    sheet.append([13047, "Herencia"])
    sheet.append(["24134", "La Robla"])
    sheet.append([1001, "Alegría-Dulantzi"])
    sheet.append([10014, "Alegría-Dulantzi"])
    sheet.append(["47075-8", "Íscar"])
    sheet.append([None, "Fabero"])
    sheet.merge_cells("A7:A8")
    save(book, "policias.xlsx")


def users():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Formulario"
    sheet["B1"] = "PRUEBA: formulario de usuarios"
    sheet.append([])
    sheet.append([None, "Funcionario", "Rol", "Formación", "Desde", "Hasta"])
    day = datetime.date
    sheet.append([None, "PRUEBA-1", "agente", day(2026, 1, 15), day(2026, 1, 20), None])
    sheet.append([])
    sheet.append([None, "PRUEBA-2", "Responsable", None, "01/02/2026", "2026-12-31"])
    hidden = book.create_sheet("Listas")
    hidden.append(["agente"])
    hidden.sheet_state = "hidden"
    save(book, "usuarios.xlsx")


def encrypted():
    with open(HERE / "usuarios.xlsx", "rb") as plain, open(HERE / "cifrado.xlsx", "wb") as out:
        OOXMLFile(plain).encrypt("PRUEBA", out)


if __name__ == "__main__":
    population()
    police()
    users()
    encrypted()
    print("openpyxl", openpyxl.__version__)
