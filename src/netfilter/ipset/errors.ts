import { KubehopError } from '../../packet/errors.ts'

/** What the kernel says of sets, in the words of ipset 7.17 (lib/errcode.c), by the names of the kernel's `IPSET_ERR_*`. */
const TEXTS = {
  SET_EXISTS: 'Set cannot be created: set with the same name already exists',
  NO_SET: 'The set with the given name does not exist',
  BUSY: 'Set cannot be destroyed: it is in use by a kernel component',
  EXIST_SETNAME2: 'Set cannot be renamed: a set with the new name already exists',
  REFERENCED: 'Set cannot be renamed: it is in use by another system',
  NO_SECOND_SET: 'Sets cannot be swapped: the second set does not exist',
  TYPE_MISMATCH: 'The sets cannot be swapped: their type does not match',
  ALREADY_ADDED: "Element cannot be added to the set: it's already added",
  NOT_ADDED: "Element cannot be deleted from the set: it's not added",
  INVALID_CIDR: 'The value of the CIDR parameter of the IP address is invalid',
  NO_TIMEOUT: 'Timeout cannot be used: set was created without timeout support',
  NO_COUNTERS: 'Packet/byte counters cannot be used: set was created without counter support',
  NO_COMMENT: 'Comment cannot be used: set was created without comment support',
  INVALID: 'Kernel error received: Invalid argument',
  HASH_FULL: 'Hash is full, cannot add more elements',
  HASH_ELEM: 'Null-valued element, cannot be stored in a hash type of set',
  HASH_RANGE: 'Invalid range, covers the whole address space',
  BITMAP_RANGE: 'Element is out of the range of the set',
  LIST_NAME: 'Set to be added/deleted/tested as element does not exist.',
  LIST_LOOP: 'Sets with list:set type cannot be added to the set.',
  LIST_NAMEREF: "The set to which you referred with 'before' or 'after' does not exist.",
  LIST_REF_EXIST: "The set to which you referred with 'before' or 'after' is not added to the set.",
} as const

/** The name of what went wrong. */
export type IpsetErrorCode = keyof typeof TEXTS

/** Something that the kernel refuses to do with a set. `text` is what ipset prints of it, without its name and version. */
export class IpsetError extends KubehopError {
  readonly text: string

  constructor(code: IpsetErrorCode) {
    super(code, TEXTS[code])
    this.text = TEXTS[code]
  }
}
