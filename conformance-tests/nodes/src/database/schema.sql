-- The central system's own tables. Rows of the generator are stored as what the bulletin counts and who is in them;
-- their remaining details follow from the seed and the row. Whatever is submitted is stored as it came, by section.

CREATE TABLE territorio (
    provincia INTEGER PRIMARY KEY,
    comunidad INTEGER NOT NULL
) STRICT;

CREATE TABLE organismo (
    num INTEGER PRIMARY KEY,
    codigo TEXT NOT NULL UNIQUE,
    cuerpo TEXT
) STRICT;

CREATE TABLE persona (
    num INTEGER PRIMARY KEY,
    documento TEXT NOT NULL
) STRICT;

CREATE TABLE caso (
    num INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- Place in the order of changes; a change moves a case to the end.
    cambio INTEGER NOT NULL,
    victima INTEGER REFERENCES persona,
    agresor INTEGER REFERENCES persona,
    municipio INTEGER,
    provincia INTEGER GENERATED ALWAYS AS (municipio / 1000) VIRTUAL,
    responsable INTEGER NOT NULL REFERENCES organismo,
    estado TEXT NOT NULL,
    nivel INTEGER,
    nivel_origen TEXT,
    -- The level as its submission said it, in the scale that it came from.
    escala_dicha TEXT,
    nivel_dicho TEXT,
    creado INTEGER NOT NULL,
    actualizado INTEGER NOT NULL,
    -- 1 while nobody has written: the details follow from the seed. The first write stores every section.
    derivado INTEGER NOT NULL
) STRICT;

CREATE TABLE escritura (
    num INTEGER PRIMARY KEY,
    caso INTEGER NOT NULL REFERENCES caso,
    version INTEGER NOT NULL,
    organismo TEXT NOT NULL,
    en_nombre_de TEXT,
    funcionario TEXT NOT NULL,
    finalidad TEXT NOT NULL,
    peticion TEXT NOT NULL,
    instante INTEGER NOT NULL,
    mensaje BLOB NOT NULL,
    UNIQUE (caso, version),
    UNIQUE (organismo, peticion)
) STRICT;

-- One section of a case, as it stands after the write that last touched it.
CREATE TABLE seccion (
    caso INTEGER NOT NULL REFERENCES caso,
    nombre TEXT NOT NULL,
    -- Whose write it is; none when it was the generator's.
    escritura INTEGER REFERENCES escritura,
    contenido BLOB NOT NULL,
    PRIMARY KEY (caso, nombre)
) STRICT, WITHOUT ROWID;

-- What the generator has put in; written last, so that an interrupted load is no load.
CREATE TABLE carga (
    provincias TEXT NOT NULL,
    semilla INTEGER NOT NULL,
    generador INTEGER NOT NULL,
    casos INTEGER NOT NULL
) STRICT;
