import type { OpenProperties } from './commerce-events.ts'

/** Place of an advertisement in a playback. */
export type AdType = 'pre-roll' | 'mid-roll' | 'post-roll'

/** The player. One playback may show several contents and advertisements. */
export interface PlaybackProperties {
  /** Id of the playback, the same in all its events. */
  session_id?: string
  /** Id of the content that plays. */
  content_asset_id?: string
  /** Ids of all contents, as the playback starts. */
  content_asset_ids?: string[]
  /** Id of the part of the content that plays: an advertisement divides a content into parts. */
  content_pod_id?: string
  /** Ids of all parts, as the playback starts. */
  content_pod_ids?: string[]
  /** Id of the advertisement that plays; of all of them, as the playback starts. */
  ad_asset_id?: string | string[]
  /** Id of the break that plays; of all of them, as the playback starts. */
  ad_pod_id?: string | string[]
  /** Place of the advertisement that plays; of all of them, as the playback starts. */
  ad_type?: AdType | AdType[]
  /** Seconds played, with advertisements. */
  position?: number
  /** Length in seconds, with advertisements; `null` for a live stream. */
  total_length?: number | null
  /** Rate in kbit/s. */
  bitrate?: number
  /** Average number of frames a second. */
  framerate?: number
  /** Name of the player. */
  video_player?: string
  /** Loudness, 0 to 100. */
  sound?: number
  /** True if it fills the screen. */
  full_screen?: boolean
  /** False if something blocks advertisements. */
  ad_enabled?: boolean
  /** Quality, such as `hd1080`. */
  quality?: string
  /** True for a live stream. */
  livestream?: boolean
}

/** A playback that was cut off. */
export interface InterruptionProperties extends PlaybackProperties {
  /** Cause, such as `network loss` or `call`. */
  method?: string
}

/** A jump within a playback. */
export interface SeekProperties extends PlaybackProperties {
  /** Second to jump to, while `position` says from where. */
  seek_position?: number
}

/** A content: an episode, a film, a clip. */
export interface ContentProperties {
  /** Id of the playback. */
  session_id?: string
  /** Id of the content. */
  asset_id?: string
  /** Id of the part of the content. */
  pod_id?: string
  /** Title. */
  title?: string
  /** Description in short. */
  description?: string
  /** Words that describe it. */
  keywords?: string[]
  /** Season. */
  season?: string
  /** Episode. */
  episode?: string
  /** Genre, such as `comedy`. */
  genre?: string
  /** Series or programme. */
  program?: string
  /** Author, producer or publisher. */
  publisher?: string
  /** Seconds played, without advertisements. */
  position?: number
  /** Length in seconds, without advertisements; `null` for a live stream. */
  total_length?: number | null
  /** Channel. */
  channel?: string
  /** True for a whole episode. */
  full_episode?: boolean
  /** True for a live stream. */
  livestream?: boolean
  /** Day of the first publication, ISO 8601. */
  airdate?: string
  /** Rate in kbit/s. */
  bitrate?: number
  /** Average number of frames a second. */
  framerate?: number
}

/** An advertisement. */
export interface AdProperties {
  /** Id of the playback. */
  session_id?: string
  /** Id of the advertisement. */
  asset_id?: string
  /** Id of the break. */
  pod_id?: string
  /** Place in the break. */
  pod_position?: number
  /** Number of advertisements in the break. */
  pod_length?: number
  /** Place in the playback. */
  type?: AdType
  /** Title. */
  title?: string
  /** Advertiser. */
  publisher?: string
  /** Seconds played of the advertisement. */
  position?: number
  /** Length of the advertisement in seconds. */
  total_length?: number
  /** `linear` if everybody sees the same advertisements. */
  load_type?: 'linear' | 'dynamic'
  /** Content that it interrupts. */
  content?: OpenProperties<ContentProperties>
  /** Quarter that has been reached: 1, 2 or 3. */
  quartile?: number
}

/** A change of quality. */
export interface QualityProperties {
  /** Rate in kbit/s. */
  bitrate?: number
  /** Average number of frames a second. */
  framerate?: number
  /** Time until the first frame. */
  startupTime?: number
  /** Number of frames that were left out. */
  droppedFrames?: number
}

/**
 * Events of players, after [Segment's video specification](https://www.twilio.com/docs/segment/connections/spec/video). No property is
 * required, and others may be added.
 */
export interface MediaEvents {
  /** A visitor has pressed play. */
  'Video Playback Started': OpenProperties<PlaybackProperties>
  /** A visitor has pressed pause. */
  'Video Playback Paused': OpenProperties<PlaybackProperties>
  /** The playback ended without the visitor's will. */
  'Video Playback Interrupted': OpenProperties<InterruptionProperties>
  /** The player waits for data. */
  'Video Playback Buffer Started': OpenProperties<PlaybackProperties>
  /** The player has data again. */
  'Video Playback Buffer Completed': OpenProperties<PlaybackProperties>
  /** A visitor jumps to another place. */
  'Video Playback Seek Started': OpenProperties<SeekProperties>
  /** The playback goes on at another place. */
  'Video Playback Seek Completed': OpenProperties<SeekProperties>
  /** The playback goes on after a pause. */
  'Video Playback Resumed': OpenProperties<PlaybackProperties>
  /** The playback has come to its end. */
  'Video Playback Completed': OpenProperties<PlaybackProperties>
  /** The visitor has left the playback. */
  'Video Playback Exited': OpenProperties<PlaybackProperties>
  /** A part of a content has begun. */
  'Video Content Started': OpenProperties<ContentProperties>
  /** A content goes on: sent every some seconds. */
  'Video Content Playing': OpenProperties<ContentProperties>
  /** A part of a content has ended. */
  'Video Content Completed': OpenProperties<ContentProperties>
  /** An advertisement has begun. */
  'Video Ad Started': OpenProperties<AdProperties>
  /** An advertisement goes on: sent every some seconds. */
  'Video Ad Playing': OpenProperties<AdProperties>
  /** An advertisement has ended. */
  'Video Ad Completed': OpenProperties<AdProperties>
  /** The quality has changed. */
  'Video Quality Updated': OpenProperties<QualityProperties>
}
