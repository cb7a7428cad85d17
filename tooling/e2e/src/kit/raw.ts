import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A TCP connection as anybody may open one; `from` is another address of the loopback interface. */
export async function rawDial(address: string, from?: string): Promise<Socket> {
  const [host, port] = address.split(":") as [string, string];
  const socket = connect({ host, port: Number(port), ...(from === undefined ? {} : { localAddress: from }) });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Resolves when the other side has ended the connection, however it did. */
export async function hungUp(socket: Socket): Promise<void> {
  if (socket.closed) return;
  await new Promise((resolve) => socket.resume().once("close", resolve));
}

/** A handshake message or a record as it stands on the wire. */
export function framed(record: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(record.length >>> 8, record.length & 0xff), record]);
}
