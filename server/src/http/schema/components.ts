import { type TSchema, Type } from 'typebox'
import { aliasEvent, groupEvent, identifyEvent, pageEvent, trackEvent } from '../../ingest/schema.ts'
import {
  batchResponse,
  countsResponse,
  cueContent,
  decideResponse,
  doctorResponse,
  eraseResponse,
  errorAnswer,
  healthResponse,
  liveMessage,
  logResponse,
  regionResponse,
  tvResponse,
} from './answers.ts'
import {
  batchEnvelope,
  countsRequest,
  decideRequest,
  eraseRequest,
  segmentBatch,
  segmentMessage,
  tvRequest,
} from './bodies.ts'

/** Schemas of the routes' bodies and answers, by name: those that the service itself checks bodies with. */
export const components = {
  DecideRequest: decideRequest,
  DecideResponse: decideResponse,
  // Each event is judged by itself, so the service's own schema lets through what this one describes.
  BatchRequest: Type.Object({
    ...batchEnvelope.properties,
    batch: Type.Array(Type.Union([trackEvent, pageEvent, identifyEvent, groupEvent, aliasEvent]), {
      minItems: 1,
      maxItems: 500,
    }),
  }),
  BatchResponse: batchResponse,
  SegmentBatch: segmentBatch,
  SegmentMessage: segmentMessage,
  TvRequest: tvRequest,
  TvResponse: tvResponse,
  CueContent: cueContent,
  LiveMessage: liveMessage,
  CountsRequest: countsRequest,
  CountsResponse: countsResponse,
  EraseRequest: eraseRequest,
  EraseResponse: eraseResponse,
  DoctorResponse: doctorResponse,
  Health: healthResponse,
  LogResponse: logResponse,
  RegionHealth: regionResponse,
  Error: errorAnswer,
} satisfies { [name: string]: TSchema }

/** Name of one of them. */
export type ComponentName = keyof typeof components
