import { Direction } from './status.ts'

/*
 * A zone in one number: its id, 0 to 65535, and for zones that hold in one direction only, which one (`struct nf_conntrack_zone`,
 * include/net/netfilter/nf_conntrack_zones.h). Packets of the other direction are in zone 0. All of it is 0 for the zone of everybody.
 */
const ID = 0xffff
const ORIGINAL_ONLY = 0x10000
const REPLY_ONLY = 0x20000

/** @param only the direction in which the zone holds; absent: both */
export function makeZone(id: number, only?: Direction): number {
  if (only === undefined) return id
  return id | (only === Direction.ORIGINAL ? ORIGINAL_ONLY : REPLY_ONLY)
}

/** The id of a zone as packets of a direction see it (`nf_ct_zone_id`). */
export function zoneIn(zone: number, direction: Direction): number {
  const elsewhere = direction === Direction.ORIGINAL ? REPLY_ONLY : ORIGINAL_ONLY
  return (zone & elsewhere) === 0 ? zone & ID : 0
}

/** The id, whatever the direction. */
export function zoneId(zone: number): number {
  return zone & ID
}

/** Does it hold in both directions, and is not everybody's? */
export function isWholeZone(zone: number): boolean {
  return zone !== 0 && zone <= ID
}
