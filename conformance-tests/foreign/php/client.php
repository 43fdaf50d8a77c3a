<?php
// PHP's own SOAP client as a partner. Reads a job from standard input (JSON: wsdl, ca, organism, version, calls, each an
// operation and its input) and writes the outcome of each call: its answer, or the fault with its typed detail.

$job = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
$organism = $job['organism'];
$context = stream_context_create(['ssl' => ['cafile' => $job['ca'], 'local_cert' => $organism['both'], 'verify_peer' => true]]);
$client = new SoapClient($job['wsdl'], [
    'stream_context' => $context,
    'local_cert' => $organism['both'],
    'soap_version' => $job['version'] === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
$outcomes = [];
foreach ($job['calls'] as $number => [$operation, $input]) {
    $client->__setSoapHeaders(new SoapHeader('urn:pasarela:contexto:1', 'Contexto', [
        'Solicitante' => $organism['id'],
        'Funcionario' => 'PRUEBA-0001',
        'Finalidad' => 'proteccion',
        'IdPeticion' => "{$job['name']}-$number",
        'TimeStamp' => gmdate('Y-m-d\TH:i:s\Z'),
    ]));
    try {
        $outcomes[] = ['answer' => $client->__soapCall($operation, [$input])];
    } catch (SoapFault $fault) {
        $outcomes[] = ['code' => $fault->faultcode, 'detail' => $fault->detail ?? null];
    }
}
$operations = array_map(fn($line) => preg_replace('/^\S+ (\w+)\(.*$/', '$1', $line), $client->__getFunctions());
echo json_encode(['operations' => array_values(array_unique($operations)), 'outcomes' => $outcomes], JSON_THROW_ON_ERROR);
