import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ctState, IPS, stateName } from '../../../src/netfilter/conntrack/index.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { HeaderLength } from '../../../src/packet/protocol.ts'
import { sctp, tcp } from './packets.ts'
import { Router } from './router.ts'

const CLIENT = '10.0.0.1:40000'
const SERVER = '10.0.1.1:80'

/** One connection each: the lines between two empty ones. */
function recorded(name: string): string[][] {
  const text = readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8')
  return text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith('#')))
    .filter((lines) => lines.length > 0)
}

function segment(line: string): Packet {
  const [side, flags, seq, ack, window, length, scale, sack] = line.split(' ')
  const [from, to] = side === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT]
  const options = {
    seq: Number(seq),
    ack: Number(ack),
    window: Number(window),
    length: Number(length),
    sack: sack === '1',
  }
  const packet = tcp(from, to, flags!, { ...options, ...(scale === '-' ? {} : { scale: Number(scale) }) })
  if (packet.l4?.kind === 'tcp') {
    // The recorded segments had four octets for each option.
    packet.l4.headerLength = HeaderLength.TCP + (scale === '-' ? 0 : 4) + (sack === '1' ? 4 : 0)
    packet.ip!.totalLength = HeaderLength.IPV4 + packet.l4.headerLength + Number(length)
  }
  return packet
}

function sctpPacket(line: string): Packet {
  const [side, tag, chunks] = line.split(' ')
  const [from, to] = side === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT]
  const list = chunks!.split(',').map((chunk) => {
    const [type, flags, initTag] = chunk.split('/').map(Number)
    return { type: type!, flags: flags!, length: 20, initTag: initTag! }
  })
  return sctp(from, to, Number(tag), ...list)
}

function entries(router: Router): string {
  const lines = [...router.conntrack.entries()].map((entry) => {
    const flags = `${(entry.status & IPS.ASSURED) !== 0 ? ' assured' : ''}${(entry.status & IPS.SEEN_REPLY) === 0 ? ' unreplied' : ''}`
    return `${stateName(entry)} ${Math.floor((entry.expiresAt - router.host.sim.now) / 1e9)}${flags}`
  })
  return lines.length === 0 ? 'none' : lines.join(' ')
}

/** The kernel's clock ran while it was asked: a second less is the same. */
function sameButASecond(actual: string, kernel: string): boolean {
  return (
    actual === kernel ||
    actual === kernel.replace(/\d+(?=( assured)?( unreplied)?$)/, (seconds) => String(Number(seconds) + 1))
  )
}

describe.each([
  ['tcp.txt', segment],
  ['sctp.txt', sctpPacket],
])('as Linux did: %s', (name, packetOf) => {
  test.each(recorded(name).map((lines, i) => [i + 1, lines] as const))('connection %i', (_, lines) => {
    const router = new Router()
    for (const line of lines) {
      const [sent, made] = line.split(' > ')
      const [state, entry] = made!.split('; ')
      const packet = packetOf(sent!)
      router.forward(packet)
      const actual = entries(router)
      expect({ sent, state: ctState(packet), entry: sameButASecond(actual, entry!) ? entry : actual }).toEqual({
        sent,
        state,
        entry,
      })
    }
  })
})
