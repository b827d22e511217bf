// Executes calls of the vendor's JavaScript SDK. See ../python_driver.py for the protocol.
'use strict';

const readline = require('readline');
const { ManagementClient } = require('authing-js-sdk');

const CLIENTS = ['users', 'roles', 'groups', 'policies', 'udf'];

// JSON.stringify passes dates as strings; `this` still holds the original value.
const encode = function (key, value) {
  const original = this[key];
  return original instanceof Date ? { $datetime: original.toISOString() } : value;
};
const decode = (key, value) =>
  value && typeof value === 'object' && '$datetime' in value ? new Date(value.$datetime) : value;

const createClient = settings =>
  new ManagementClient({
    userPoolId: settings.userPoolId,
    secret: settings.secret,
    host: settings.host,
    publicKey: settings.publicKey,
    lang: 'en-US'
  });

const listMethods = management =>
  Object.fromEntries(
    CLIENTS.map(name => [
      name,
      Object.getOwnPropertyNames(Object.getPrototypeOf(management[name]))
        .filter(method => method !== 'constructor')
        .sort()
    ])
  );

const describeError = error => {
  let { code, message } = error;
  if (code === undefined && typeof message === 'string' && message.startsWith('{')) {
    ({ code, message } = JSON.parse(message)); // the SDK's HTTP client encodes both into the message
  }
  const type = error instanceof Error ? error.name : 'object';
  return { type, code: code === undefined ? null : code, message: String(message) };
};

const execute = async (management, call) => {
  const client = call.client ? management[call.client] : management;
  try {
    const result = await client[call.method](...call.args);
    return { result: result === undefined ? null : result };
  } catch (error) {
    return { error: describeError(error) };
  }
};

(async () => {
  let management;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const message = JSON.parse(line, decode);
    let outcome;
    if (!management) {
      management = createClient(message);
      outcome = { result: listMethods(management) };
    } else {
      outcome = await execute(management, message);
    }
    process.stdout.write(JSON.stringify(outcome, encode) + '\n');
  }
})();
