import type { RequestListener } from 'node:http'
import type { Question, Rule } from './rules.ts'

/** Gives a package of a peer's own folder, as `require` does. */
export type LoadPackage = (name: string) => unknown

/** A question as it is put to a peer over HTTP: the rest of the request is as our tag sends it. */
export interface PeerRequest {
  path: string
  headers?: { [name: string]: string }
  body: object
}

/** Answers one question with text: all features, and nothing but JSON. */
export type Answer = (question: Question) => string | Promise<string>

interface PeerBase {
  /** Its package. */
  name: string
  version: string
  /** Duties of the service that it does not have. */
  lacks: string
}

interface NpmPeer extends PeerBase {
  /** Other packages that its adapter needs, with their versions. */
  beside?: { [name: string]: string }
}

/** A peer that answers in the caller's process. */
export interface ProcessPeer extends NpmPeer {
  kind: 'process'
  build(rules: readonly Rule[], load: LoadPackage): Answer | Promise<Answer>
}

/** A peer that answers over HTTP, in Node. */
export interface HttpPeer extends NpmPeer {
  kind: 'http'
  listener(rules: readonly Rule[], load: LoadPackage): RequestListener | Promise<RequestListener>
  request(question: Question): PeerRequest
}

/** A peer that is a program of its own, from crates.io, and takes half an hour to build. */
export interface ProgramPeer extends PeerBase {
  kind: 'program'
  /** Arguments of its installation beside name and version. */
  features: readonly string[]
  /** Writes its rules into a new folder, and returns its arguments. */
  prepare(rules: readonly Rule[], folder: string, port: number): Promise<string[]>
  request(question: Question): PeerRequest
}

/** A product that a user would pick instead of the service. */
export type Peer = ProcessPeer | HttpPeer | ProgramPeer
