-- Made after the load: sorting once is cheaper than half a million insertions.
CREATE UNIQUE INDEX caso_id ON caso (id);
CREATE UNIQUE INDEX caso_cambio ON caso (cambio);
CREATE INDEX caso_municipio ON caso (municipio, id);
CREATE INDEX caso_provincia ON caso (provincia, id);
CREATE INDEX caso_victima ON caso (victima);
CREATE INDEX caso_agresor ON caso (agresor);
CREATE UNIQUE INDEX persona_documento ON persona (documento);
