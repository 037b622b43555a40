/** Version of the file; a change that breaks readers raises it. `docs/snapshot-format.md` describes it. */
export const SNAPSHOT_VERSION = 1

/**
 * What was recorded of one host or several: what each of their network namespaces' own tools print, as they print it. Nothing is
 * interpreted when it is recorded, so nothing is lost that a later version could read.
 */
export interface Snapshot {
  readonly format: 'kubehop-snapshot'
  readonly version: number
  readonly hosts: readonly HostSnapshot[]
}

/** One machine with one kernel. */
export interface HostSnapshot {
  /** As the machine calls itself: `uname -n`. */
  readonly name: string
  /** When, UTC as in RFC 3339; absent when it was never a real host. */
  readonly time?: string
  /** `uname -r` */
  readonly kernel?: string
  /** What the tools say of their versions, by program. */
  readonly tools?: Readonly<Record<string, string>>
  readonly namespaces: readonly NamespaceSnapshot[]
  /** Commands that could not tell: they failed, or are not installed. */
  readonly failures?: readonly CommandFailure[]
}

/** One network namespace of a host. */
export interface NamespaceSnapshot {
  /** The inode of its file, `net:[4026531840]`: unique on the host. */
  readonly id: number
  /** Those of /run/netns, without the folder. */
  readonly names?: readonly string[]
  /** It is the host's own: that of process 1. */
  readonly host?: boolean
  /** What runs in it. */
  readonly owners?: readonly NamespaceOwner[]
  /**
   * What was printed, by the command that printed it, in words as one types them: `ip -j -d addr`. Text is text; what
   * a command prints with `-j` is the JSON itself.
   */
  readonly prints: Readonly<Record<string, unknown>>
}

/** A pod or a container that lives in a namespace. */
export interface NamespaceOwner {
  readonly kind: 'pod' | 'container'
  /** The pod's, or the container's as its engine knows it. */
  readonly name?: string
  /** The pod's Kubernetes namespace. */
  readonly namespace?: string
  /** The pod's `metadata.uid`. */
  readonly uid?: string
  /** The containers' ids, as the engine writes them: 64 hexadecimal digits. */
  readonly containers?: readonly string[]
}

/** A command that could not tell what it was asked. */
export interface CommandFailure {
  /** The `id` of the namespace; absent: of the host as a whole. */
  readonly netns?: number
  readonly command: string
  /** Its exit code; 127: not installed. */
  readonly status: number
  /** The first line of what it complained. */
  readonly message?: string
}
