import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/*
 * Transcripts: commands beside this file, one a line, and what the real programs printed for each (both streams) and how each ended.
 * Compared with the simulator without root, and with the programs of the machine where there is root (test/kernel/transcripts.test.ts,
 * which also writes them).
 */

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

export const transcripts: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.sh'))
  .map((file) => file.slice(0, -'.sh'.length))
  .sort()

/** A script that says the number of each line, runs it, and says its exit code. */
export function scriptOf(name: string): string {
  const lines = readFileSync(`${FOLDER}${name}.sh`, 'utf8').trimEnd().split('\n')
  return `${lines.map((line, i) => `echo "$ ${i + 1}"\n${line}\necho "[$?]"`).join('\n')}\n`
}

export function storedOutput(name: string): string {
  return readFileSync(`${FOLDER}${name}.txt`, 'utf8')
}

/** Ethernet addresses that the scripts do not name: they name 02:00:… and 02:11:… alone. */
const DRAWN_MAC =
  /(?<![0-9a-f:])(?!00:00:00:00:00:00|ff:ff:ff:ff:ff:ff|02:(00|11):)[0-9a-f]{2}(:[0-9a-f]{2}){5}(?![0-9a-f:])/g

/** Of a line of tcpdump: times, drawn numbers and ports, sums over them. */
function normalPacket(line: string): string {
  return line
    .replace(/^(\d\d:\d\d:\d\d|\d+)\.\d{6} /, 'TIME ')
    .replace(/\bid \d+, (seq|offset)/, 'id N, $1')
    .replace(/\b(seq|ack) \d{5,}(:\d{5,})?/g, '$1 N')
    .replace(/TS val \d+ ecr (0\b)?\d*/g, 'TS val N ecr $1')
    .replace(/-> 0x[0-9a-f]{4}/, '-> SUM')
    .replace(/cksum 0x[0-9a-f]{4} \(correct/, 'cksum SUM (correct')
    .replace(/cksum 0x[0-9a-f]{4} (?=.*OTV)/, 'cksum SUM ')
    .replace(/(10\.0\.0\.\d)\.(3[2-9]|[4-6]\d)\d{3}\b/g, '$1.PORT')
}

/**
 * Without what differs from run to run: times, dates, drawn Ethernet addresses and ports, versions of the modules; and without the number of
 * processors, by which devices have queues.
 */
export function normal(text: string): string {
  return (
    text
      .replace(/ = [\d.]+\/[\d.]+\/[\d.]+\/[\d.]+ ms/g, ' = T ms')
      .replace(/\b\d+(\.\d+)? ?(ms|milliseconds)\b/g, 'T ms')
      .replace(/^((ipv4 +2 )?[a-z]+ +\d+) \d+ /gm, '$1 T ')
      // events of connections: time stamps, time left, drawn numbers
      .replace(/^\[\d+\.\d+\]\t(?= *\[)/gm, '[TIME]\t')
      .replace(/^(.*\[(?:NEW|UPDATE|DESTROY)\] (?:ipv4 +2 )?[a-z]+ +\d+) \d+ /gm, '$1 T ')
      .replace(/^(.*\[(?:NEW|UPDATE|DESTROY)\].*) id=\d+(.*) id=\d+/gm, '$1 id=N$2 id=N')
      .replace(/portid=\d+( progname=\w+)?/g, 'portid=N')
      .replace(DRAWN_MAC, 'MAC')
      .replace(/_timer("?:?) *\d+\.\d\d\b/g, '_timer$1 T')
      .replace(/\b(num_?[tr]x_?queues"?:?) ?\d+/g, '$1 N')
      .replace(/^.*( > |IP \(| ARP,).*$/gm, normalPacket)
      .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/g, 'DATE')
      .replace(/\(\d+(\.\d+)? [KMG]?B\/s\)/g, '(RATE)')
      .replace(/ +\d+(\.\d+)?[KMG]?=\d+(\.\d+)?s$/gm, ' RATE')
      .replace(/ on \w{3} \w{3} [ \d]\d [\d:]{8} \d{4}$/gm, ' on DATE')
  )
}
