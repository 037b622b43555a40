import { type Ipv4, ipv4, parseIpv4 } from '../../src/packet/address.ts'
import type { FibDevice, FibHost, InterfaceAddress } from '../../src/route/index.ts'

/** A device that is nothing but facts. */
export class FakeDevice implements FibDevice {
  readonly ifindex: number
  name: string
  up = false
  /** The other end of the cable is up. */
  peerUp = true
  addresses: readonly InterfaceAddress[] = []
  forwarding = false
  rpFilter = 0
  acceptLocal = false
  routeLocalnet = false
  srcValidMark = false
  sendRedirects = true
  sharedMedia = true
  bcForwarding = false
  promoteSecondaries = false
  ignoreRoutesWithLinkdown = false

  constructor(ifindex: number, name: string) {
    this.ifindex = ifindex
    this.name = name
  }

  get loopback(): boolean {
    return this.ifindex === 1
  }

  get carrier(): boolean {
    return this.up && this.peerUp
  }

  hasJoined(group: Ipv4): boolean {
    return this.up && group === parseIpv4('224.0.0.1')
  }
}

/** Devices by the names given, `lo` first; ifindex counts from 1. */
export class FakeHost implements FibHost {
  readonly all: FakeDevice[]

  constructor(...names: string[]) {
    this.all = ['lo', ...names].map((name, position) => new FakeDevice(position + 1, name))
  }

  device(ifindex: number): FakeDevice | undefined {
    return this.all.find((device) => device.ifindex === ifindex)
  }

  deviceByName(name: string): FakeDevice | undefined {
    return this.all.find((device) => device.name === name)
  }

  devices(): Iterable<FakeDevice> {
    return this.all
  }

  get anyIgnoresLinkdown(): boolean {
    return this.all.some((device) => device.ignoreRoutesWithLinkdown)
  }
}

export const address = (text: string): Ipv4 => (text === '0' ? ipv4(0) : parseIpv4(text))
