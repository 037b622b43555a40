/** States of a neighbour (`NUD_*`, include/uapi/linux/neighbour.h), by iproute2's names. */
export type NeighbourState =
  | 'NONE'
  | 'INCOMPLETE'
  | 'REACHABLE'
  | 'STALE'
  | 'DELAY'
  | 'PROBE'
  | 'FAILED'
  | 'NOARP'
  | 'PERMANENT'
