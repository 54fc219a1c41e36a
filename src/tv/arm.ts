import type { Arm, TvPlan } from '../protocol/index.ts'

/** Returns the arm that a page's draw has of a target; the target itself if nothing is drawn, or the draw is beyond all arms. */
export function armOf<Target extends { draw?: string }>(
  target: Target,
  draws: TvPlan['draws'] & {},
  draw: number,
): Target | Arm {
  return (target.draw && (draws[target.draw] as Arm[]).filter(({ by, below }) => (draw * by) % 1 < below)[0]) || target
}
