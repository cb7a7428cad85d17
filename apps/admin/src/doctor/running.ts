import { escapeText } from "@jarvis-crdt/config";
import { statusDocument } from "../client/documents.ts";
import { getDocument } from "../client/node-client.ts";
import { configTarget } from "../client/target.ts";
import { CommandFailure } from "../failure.ts";
import { type Finding, note, problem } from "./finding.ts";
import { examineHistory } from "./history.ts";

/** What a node that runs says of itself and no file tells: whether its clock and its disk let it work, whom it waits for. */
export async function examineRunning(file: string, now: number): Promise<readonly Finding[]> {
  try {
    const status = await getDocument(configTarget(file), "/v1/status", statusDocument);
    const troubles = (status.troubles ?? []).map(({ code, sentence, next }) =>
      problem(escapeText(code, 40), escapeText(sentence, 1000), escapeText(next, 1000)),
    );
    return [...troubles, ...examineHistory(status, now)];
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [
      note(
        "not-asked",
        `The node could not be asked about itself: ${error.message}`,
        "Call this again later.",
      ),
    ];
  }
}
