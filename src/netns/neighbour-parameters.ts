/**
 * What a device may be told of its neighbours, by the names below `net.ipv4.neigh.DEV.` (net/core/neighbour.c, `neigh_sysctl_template`).
 * Times are in the sysctl's own unit: milliseconds where the name says so, hundredths of a second for `locktime` and `proxy_delay`, else
 * seconds.
 */
export interface NeighbourParameters {
  mcast_solicit: number
  ucast_solicit: number
  mcast_resolicit: number
  retrans_time_ms: number
  base_reachable_time_ms: number
  delay_first_probe_time: number
  gc_stale_time: number
  unres_qlen_bytes: number
  proxy_qlen: number
  proxy_delay: number
  locktime: number
}

type Name = keyof NeighbourParameters

const DEFAULTS: Readonly<NeighbourParameters> = {
  mcast_solicit: 3,
  ucast_solicit: 3,
  mcast_resolicit: 0,
  retrans_time_ms: 1000,
  base_reachable_time_ms: 30000,
  delay_first_probe_time: 5,
  gc_stale_time: 60,
  unres_qlen_bytes: 212992,
  proxy_qlen: 64,
  proxy_delay: 80,
  locktime: 100,
}

/** Two have an older name with a coarser unit: so many milliseconds are one of it. */
const COARSE: ReadonlyMap<string, readonly [name: Name, factor: number]> = new Map([
  ['retrans_time', ['retrans_time_ms', 10]],
  ['base_reachable_time', ['base_reachable_time_ms', 1000]],
])

/** The sysctls of neighbours of one namespace: those of `default`, and of each device. */
export class NeighbourSysctls {
  readonly default: NeighbourParameters = { ...DEFAULTS }
  readonly #devices = new Map<string, { readonly values: NeighbourParameters; readonly own: Set<Name> }>()

  /** Those of a device; made from `default` when the device appears. */
  device(name: string): NeighbourParameters {
    let found = this.#devices.get(name)
    if (found === undefined) {
      found = { values: { ...this.default }, own: new Set() }
      this.#devices.set(name, found)
    }
    return found.values
  }

  /** A device was renamed or went away. */
  rename(from: string, to: string | null): void {
    const found = this.#devices.get(from)
    this.#devices.delete(from)
    if (found !== undefined && to !== null) this.#devices.set(to, found)
  }

  /** The value, or undefined when there is no such device or parameter. */
  get(device: string, parameter: string): number | undefined {
    const values = device === 'default' ? this.default : this.#devices.get(device)?.values
    const coarse = COARSE.get(parameter)
    if (values !== undefined && coarse !== undefined) return Math.floor(values[coarse[0]] / coarse[1])
    return values !== undefined && parameter in values ? values[parameter as Name] : undefined
  }

  /** `eth0.retrans_time_ms`, `default.retrans_time_ms` … for all that `get` knows; a dot of a device's name is a slash. */
  names(): string[] {
    const devices = ['default', ...[...this.#devices.keys()].map((name) => name.replaceAll('.', '/'))]
    return devices.flatMap((device) => [...Object.keys(DEFAULTS), ...COARSE.keys()].map((name) => `${device}.${name}`))
  }

  /** Sets one that `get` knows. A new default holds for each device that has no value of its own (`neigh_copy_dflt_parms`). */
  set(device: string, parameter: string, value: number): void {
    const [name, factor] = COARSE.get(parameter) ?? [parameter as Name, 1]
    if (device !== 'default') {
      const found = this.#devices.get(device)
      found?.own.add(name)
      if (found !== undefined) found.values[name] = value * factor
      return
    }
    this.default[name] = value * factor
    for (const { values, own } of this.#devices.values()) if (!own.has(name)) values[name] = value * factor
  }
}

/** Is it the name of a parameter that is modelled? */
export function isNeighbourParameter(name: string): boolean {
  return name in DEFAULTS || COARSE.has(name)
}
