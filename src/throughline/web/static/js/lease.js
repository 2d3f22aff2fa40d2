// Keeps the conversation while its page is open, and says so when somebody else has it.
// A heartbeat is not the handler's doing: it keeps the lease, not the session.
import { say } from "./status.js";

const lease = document.getElementById("lease");
if (lease) keep(lease.dataset);

function keep({ heartbeat, every, item, fence, token }) {
  let over = false;

  async function beat() {
    if (over) return;
    const answer = await fetch(heartbeat, {
      method: "POST",
      headers: { "X-CSRFToken": token, "Throughline-Passive": "1", "HX-Request": "true" },
      body: new URLSearchParams({ item, fence }),
    }).catch(() => null);
    if (answer === null) say("The service cannot be reached. Keep this page open; it tries again by itself.");
    else if (answer.status === 409) {
      over = true;
      document.getElementById("lost").innerHTML = await answer.text();
      say("This conversation is no longer yours.", { seconds: 10 });
    }
  }
  setInterval(beat, Number(every) * 1000);
  // A laptop that wakes up asks at once.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
}
