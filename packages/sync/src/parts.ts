import { Actions } from "./actions.ts";
import { Announcements } from "./announcements.ts";
import { CatchUp } from "./catch-up.ts";
import { Inbound } from "./inbound.ts";
import { Knowledge } from "./knowledge.ts";
import { messageLimits, type SessionLimits, sessionLimits } from "./limits.ts";
import { Opening } from "./opening.ts";
import type { SessionOptions } from "./options.ts";
import { Outbound } from "./outbound.ts";
import { Requests } from "./requests.ts";
import { Sources } from "./sources.ts";

/** What a session consists of. */
export interface Parts {
  readonly options: SessionOptions;
  readonly limits: SessionLimits;
  readonly sources: Sources;
  readonly actions: Actions;
  readonly knowledge: Knowledge;
  readonly opening: Opening;
  readonly outbound: Outbound;
  readonly inbound: Inbound;
  readonly announcements: Announcements;
  readonly requests: Requests;
  readonly catchUp: CatchUp;
}

export function partsOf(options: SessionOptions): Parts {
  const { node, headingOf, sources = new Sources() } = options;
  const given = { ...sessionLimits, ...options.limits };
  const limits = { ...given, page: Math.min(given.page, messageLimits.entries) };
  const actions = new Actions();
  const knowledge = new Knowledge(limits.maxLogs);
  const opening = new Opening(options, knowledge, limits.page);
  const outbound = new Outbound(knowledge, headingOf, limits);
  const inbound = new Inbound(knowledge, headingOf, limits);
  const announcements = new Announcements(node, knowledge, outbound);
  const requests = new Requests({ knowledge, inbound, opening, sources, limits, actions });
  const catchUp = new CatchUp(knowledge);
  return {
    options,
    limits,
    sources,
    actions,
    knowledge,
    opening,
    outbound,
    inbound,
    announcements,
    requests,
    catchUp,
  };
}
