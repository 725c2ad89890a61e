import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { has } from './machine.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Number of users of each client. */
export const USERS = 20;

/**
 * A load generator whose users log in, capture a token, list the items with it, capture an id, and get that item.
 * @typedef {object} ScenarioClient
 * @property {string} name
 * @property {string} install where it comes from
 * @property {number} iterations of each user in the short run, about a second of CPU time on an ordinary machine
 * @property {() => boolean} isThere
 * @property {(url: string, iterations: number, folder: string) => string[]} argv iterations of each user; `folder` is for
 * files of its own
 */

/** @type {ScenarioClient} */
const LOADBOT = {
  name: 'loadbot-agent',
  install: 'this repository',
  iterations: 250,
  isThere: () => true,
  argv(url, iterations, folder) {
    const authorization = { authorization: 'Bearer #login.token' };
    const steps = [
      {
        name: 'login',
        capture: { token: '$.token' },
        http: { method: 'POST', path: '/login', body: { username: 'loadbot', password: 'secret' } },
      },
      { name: 'list', capture: { id: '$.items[0].id' }, http: { path: '/items', headers: authorization } },
      { name: 'item', http: { path: '/items/#list.id', headers: authorization } },
    ];
    const job = { name: 'flow', type: 'scenario', connections: USERS, operations: USERS * iterations, steps };
    const file = join(folder, 'workload.json');
    writeFileSync(file, JSON.stringify({ connection_string: url, jobs: [job] }));
    return [process.execPath, join(ROOT, 'bin/loadbot-agent.js'), 'run', file, '--quiet', '--allow_invalid'];
  },
};

/** @type {ScenarioClient} */
const ARTILLERY = {
  name: 'Artillery',
  install: 'npm install --global artillery',
  iterations: 20,
  isThere: () => has('artillery'),
  argv(url, iterations, folder) {
    const headers = { authorization: 'Bearer {{ token }}' };
    const requests = [
      {
        post: {
          url: '/login',
          json: { username: 'loadbot', password: 'secret' },
          capture: { json: '$.token', as: 'token' },
        },
      },
      { get: { url: '/items', headers, capture: { json: '$.items[0].id', as: 'id' } } },
      { get: { url: '/items/{{ id }}', headers } },
    ];
    const file = join(folder, 'artillery.json');
    const config = { target: url, phases: [{ duration: 1, arrivalCount: USERS }] };
    writeFileSync(file, JSON.stringify({ config, scenarios: [{ flow: [{ loop: requests, count: iterations }] }] }));
    return ['env', 'ARTILLERY_DISABLE_TELEMETRY=true', 'artillery', 'run', '--quiet', file];
  },
};

/** @type {ScenarioClient} */
const LOCUST = {
  name: 'Locust, FastHttpUser',
  install: 'pip install locust',
  iterations: 40,
  isThere: () => has('locust'),
  argv(url, iterations, folder) {
    const file = join(folder, 'locustfile.py');
    writeFileSync(
      file,
      `from locust import FastHttpUser, task
from locust.exception import StopUser

class Customer(FastHttpUser):
    ended = 0

    def on_start(self):
        self.left = ${iterations}

    @task
    def flow(self):
        login = {"username": "loadbot", "password": "secret"}
        token = self.client.post("/login", json=login).json()["token"]
        headers = {"authorization": "Bearer " + token}
        item = self.client.get("/items", headers=headers).json()["items"][0]["id"]
        self.client.get(f"/items/{item}", headers=headers, name="/items/id")
        self.left -= 1
        if self.left == 0:
            Customer.ended += 1
            if Customer.ended == ${USERS}:
                self.environment.runner.quit()
            raise StopUser()
`,
    );
    return 'locust --headless --only-summary --loglevel WARNING'
      .split(' ')
      .concat('-f', file, '-u', `${USERS}`, '-r', `${USERS}`, '--host', url);
  },
};

const GATLING_LIBRARIES = process.env['GATLING_HOME'] === undefined ? '' : join(process.env['GATLING_HOME'], 'lib');

/** @type {ScenarioClient} */
const GATLING = {
  name: 'Gatling',
  install: 'io.gatling:gatling-app and io.gatling:gatling-http-java, with their dependencies, in $GATLING_HOME/lib',
  iterations: 400,
  isThere: () => GATLING_LIBRARIES !== '' && has('javac'),
  argv(url, iterations, folder) {
    const classes = join(folder, 'classes');
    if (!isCompiled) compileGatling(folder, classes);
    // With one processor its thread pool has one thread, which its start blocks.
    const java = [
      '-XX:ActiveProcessorCount=2',
      '--add-opens=java.base/java.lang=ALL-UNNAMED',
      `-Durl=${url}`,
      `-Diterations=${iterations}`,
    ];
    java.push('-Dgatling.data.enableAnalytics=false', `-Djava.util.prefs.userRoot=${folder}`);
    java.push('-cp', `${classes}:${GATLING_LIBRARIES}/*`);
    return ['java', ...java, 'io.gatling.app.Gatling', '-s', 'Flow', '-rf', join(folder, 'gatling'), '-nr'];
  },
};

let isCompiled = false;

/** @param {string} folder @param {string} classes */
function compileGatling(folder, classes) {
  const source = join(folder, 'Flow.java');
  writeFileSync(
    source,
    `import static io.gatling.javaapi.core.CoreDsl.*;
import static io.gatling.javaapi.http.HttpDsl.*;

public class Flow extends io.gatling.javaapi.core.Simulation {
  {
    var login = http("login").post("/login").header("content-type", "application/json")
      .body(StringBody("{\\"username\\":\\"loadbot\\",\\"password\\":\\"secret\\"}"))
      .check(jsonPath("$.token").saveAs("token"));
    var list = http("list").get("/items").header("authorization", "Bearer #{token}")
      .check(jsonPath("$.items[0].id").saveAs("id"));
    var item = http("item").get("/items/#{id}").header("authorization", "Bearer #{token}");
    var flow = scenario("flow").repeat(Integer.getInteger("iterations")).on(exec(login).exec(list).exec(item));
    setUp(flow.injectOpen(atOnceUsers(${USERS})))
      .protocols(http.baseUrl(System.getProperty("url")));
  }
}
`,
  );
  mkdirSync(classes);
  writeFileSync(join(classes, 'logback.xml'), '<configuration><root level="OFF"/></configuration>');
  const libraries = readdirSync(GATLING_LIBRARIES).map((name) => join(GATLING_LIBRARIES, name));
  const { status, stderr } = spawnSync('javac', ['-cp', libraries.join(':'), '-d', classes, source]);
  if (status !== 0) throw new Error(`javac failed:\n${stderr.toString()}`);
  isCompiled = true;
}

/** @type {readonly [ScenarioClient, ...ScenarioClient[]]} */
export const CLIENTS = [LOADBOT, ARTILLERY, LOCUST, GATLING];
