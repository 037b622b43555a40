/*
 * What logs put before a line: time stamps, the host, the program. No tool of the network begins a line like that, so each line is looked at
 * by itself.
 */

const DIGIT = '[0-9]'
const TIME = `${DIGIT}{2}:${DIGIT}{2}:${DIGIT}{2}(?:[.,]${DIGIT}{1,9})?`
const ISO = `${DIGIT}{4}[-/]${DIGIT}{2}[-/]${DIGIT}{2}[T ]${TIME}(?:Z| ?[+-]${DIGIT}{2}:?${DIGIT}{2})?`
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'

const PREFIXES: readonly RegExp[] = [
  // journalctl, syslog: `Nov 20 18:28:13 node-1 kubelet[123]: `, `2026-11-20T18:28:13+0000 node-1 sh[7]: `
  new RegExp(
    `^(?:${MONTH} [ 0-9]${DIGIT} ${TIME}|${ISO}) [A-Za-z0-9._-]{1,64} [A-Za-z0-9_./@-]{1,64}(?:\\[${DIGIT}{1,10}\\])?:(?: |$)`,
  ),
  // kubectl logs --timestamps, docker logs -t
  new RegExp(`^\\[?${ISO}\\]?:?(?: |\\t|$)`),
  // klog: `I1120 18:28:13.123456       1 main.go:33] `
  new RegExp(`^[IWEF]${DIGIT}{4} ${TIME} {1,10}${DIGIT}{1,10} [A-Za-z0-9_.-]{1,64}:${DIGIT}{1,6}\\](?: |$)`),
  // dmesg: `[  123.456789] `
  new RegExp(`^\\[ {0,8}${DIGIT}{1,10}\\.${DIGIT}{6}\\](?: |$)`),
  // kubectl logs --prefix, stern, docker compose
  /^\[pod\/[A-Za-z0-9._/-]{1,253}\](?: |$)/,
  new RegExp(`^${TIME}(?: |\\t|$)`),
]

/** How often one log is put into another. */
const MAX_NESTING = 3

/** The line without what a log put before it. */
export function withoutLogPrefix(line: string): string {
  let rest = line
  for (let i = 0; i < MAX_NESTING; i++) {
    const found = PREFIXES.find((prefix) => prefix.test(rest))
    if (found === undefined) break
    rest = rest.slice(found.exec(rest)![0].length)
  }
  return rest
}
