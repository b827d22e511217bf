// Makes the calls of the vendor's JavaScript SDK that it is told to make; see ../python_driver.py.
'use strict';

const readline = require('readline');
const { ManagementClient } = require('authing-js-sdk');

const CLIENTS = ['users', 'roles', 'groups', 'policies', 'udf'];

const encode = function (key, value) {
  const original = this[key];
  return original instanceof Date ? { $datetime: original.toISOString() } : value;
};
const decode = (key, value) =>
  value && typeof value === 'object' && '$datetime' in value ? new Date(value.$datetime) : value;

const build = settings =>
  new ManagementClient({
    userPoolId: settings.userPoolId,
    secret: settings.secret,
    host: settings.host,
    publicKey: settings.publicKey,
    lang: 'en-US'
  });

const methods = management =>
  Object.fromEntries(
    CLIENTS.map(name => [
      name,
      Object.getOwnPropertyNames(Object.getPrototypeOf(management[name]))
        .filter(method => method !== 'constructor')
        .sort()
    ])
  );

const describe = error => {
  let { code, message } = error;
  if (code === undefined && typeof message === 'string' && message.startsWith('{')) {
    ({ code, message } = JSON.parse(message)); // the HTTP client's second way to say the same
  }
  const type = error instanceof Error ? error.name : 'object';
  return { type, code: code === undefined ? null : code, message: String(message) };
};

const answer = async (management, call) => {
  const client = call.client ? management[call.client] : management;
  try {
    const result = await client[call.method](...call.args);
    return { result: result === undefined ? null : result };
  } catch (error) {
    return { error: describe(error) };
  }
};

(async () => {
  let management;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line, decode);
    let outcome;
    if (!management) {
      management = build(request);
      outcome = { result: methods(management) };
    } else {
      outcome = await answer(management, request);
    }
    process.stdout.write(JSON.stringify(outcome, encode) + '\n');
  }
})();
