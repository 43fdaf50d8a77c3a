// A federation to look at: the program's own demonstration, in a folder of its own, on loopback.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 120_000;

/** Starts `pasarela demo`; gives its description and how to end it. */
export async function start(program) {
  const folder = mkdtempSync(join(tmpdir(), "pasarela-browser-"));
  const child = spawn(program, ["demo", "--dir", folder, "--provinces", "13"], { stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (told += text));
  const gone = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const file = join(folder, "demo.json");
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && child.exitCode === null) {
    if (existsSync(file)) {
      const description = JSON.parse(readFileSync(file, "utf8"));
      if (description.console) return { ...description, stop };
    }
    await pause(100);
  }
  await stop();
  throw new Error(`the demonstration did not start:\n${told}`);
}
