// The npm package `soap` as a SOAP partner: one job as JSON on standard input, its outcome as JSON on standard output.
//
// The job names the WSDL, the certificates, the version of SOAP and the calls, each with how its message is signed, if
// at all. Everything else comes from the WSDL. `test_node.py` writes the jobs and says what must come of them.

import { createSign, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import soap from 'soap';

const CONTEXT = 'urn:pasarela:contexto:1';
const ECDSA = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

/** The signature algorithm that the package lacks: for XML, r and s side by side and not as DER. */
class EcdsaSha256 {
  getAlgorithmName() {
    return ECDSA;
  }

  getSignature(signedInfo, key) {
    return createSign('SHA256').update(signedInfo).sign({ ...key, dsaEncoding: 'ieee-p1363' }, 'base64');
  }
}

/** The package's signer; `options` are its own, and `ecdsa` adds the algorithm of the demonstration's keys. */
function signer({ certificate, key }, { ecdsa, ...options }) {
  const token = new X509Certificate(readFileSync(certificate)).raw.toString('base64');
  const algorithm = ecdsa ? { signatureAlgorithm: ECDSA } : {};
  const security = new soap.WSSecurityCert(readFileSync(key, 'utf8'), token, '', { ...options, ...algorithm });
  if (ecdsa) security.signer.SignatureAlgorithms[ECDSA] = EcdsaSha256;
  return security;
}

/** The block `Contexto`, with a number of its own for every request. */
const context = (organism) => () => ({
  Contexto: {
    Solicitante: organism.id,
    Funcionario: 'PRUEBA-0001',
    Finalidad: 'proteccion',
    IdPeticion: randomUUID(),
    TimeStamp: new Date().toISOString(),
  },
});

/** One call: the answer with its header, or the fault; anything else is an error of the test itself. */
async function call(client, transport, organism, { operation, input, sign }) {
  client.setSecurity(sign ? signer(organism, sign) : null);
  try {
    const [answer, raw, header] = await client[`${operation}Async`](input, transport);
    return { answer, header, raw };
  } catch (error) {
    const fault = error.root?.Envelope?.Body?.Fault;
    if (!fault) throw error;
    return { fault, header: error.root.Envelope.Header ?? null, raw: error.body };
  }
}

async function run({ wsdl, ca, organism, version, calls }) {
  const files = { cert: readFileSync(organism.certificate), key: readFileSync(organism.key), ca: readFileSync(ca) };
  const transport = { httpsAgent: new https.Agent({ ...files, keepAlive: true }), proxy: false };
  const forceSoap12Headers = version === '1.2';
  const client = await soap.createClientAsync(wsdl, { wsdl_options: transport, forceSoap12Headers });
  client.addSoapHeader(context(organism), '', 'c', CONTEXT);
  const outcomes = [];
  for (const one of calls) outcomes.push(await call(client, transport, organism, one));
  transport.httpsAgent.destroy();
  return { described: client.describe(), outcomes };
}

const outcome = await run(JSON.parse(readFileSync(0, 'utf8')));
process.stdout.write(JSON.stringify(outcome));
