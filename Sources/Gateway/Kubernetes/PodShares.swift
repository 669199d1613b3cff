import Fleet
import Foundation
import Logging
import ServiceLifecycle

/// Gives pods their share of the processors as the active set means it: what nodes do themselves weighs guests within one
/// pod only. Where that cannot be done, the instances tell why.
actor PodShares: Service {
    /// Times.
    struct Limits: Sendable {
        /// After a change, for what comes with it.
        var gathering = Duration.milliseconds(200)
        /// Until what could not be done is tried again, and what was asked for is looked at.
        var retry = Duration.seconds(60)
        /// Pods that are changed with one look.
        var pods = 200
    }

    private let set: ActiveSet
    private let source: KubernetesSource
    private let nodes: KubernetesNodes
    private let share: Double
    private let limits: Limits
    private let logger: Logger
    private var active: [InstanceID] = []
    private var known: Set<InstanceID> = []
    /// What was asked for, by the pod's uid: until the watch says so, it is not asked for again.
    private var asked: [String: (millis: Int, at: ContinuousClock.Instant)] = [:]
    private var lastObstacle: String?

    /// - Parameter share: of instances that are not in focus while others are.
    init(
        set: ActiveSet, source: KubernetesSource, nodes: KubernetesNodes, share: Double, limits: Limits = Limits(),
        logger: Logger
    ) {
        (self.set, self.source, self.nodes, self.share) = (set, source, nodes, share)
        (self.limits, self.logger) = (limits, logger)
    }

    /// Follows the active set and the pods until graceful shutdown.
    func run() async throws {
        let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        active = await set.ids
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await ids in await self.set.updates() {
                        await self.take(ids)
                        bell.yield()
                    }
                }
                group.addTask {
                    for await found in self.source.updates() {
                        await self.take(known: Set(found.map(\.id)))
                        bell.yield()
                    }
                }
                group.addTask {
                    while (try? await Task.sleep(for: self.limits.retry)) != nil { bell.yield() }
                }
                group.addTask {
                    for await _ in rings {
                        guard (try? await Task.sleep(for: self.limits.gathering)) != nil else { return }
                        await self.apply()
                    }
                }
            }
        }
    }

    private func take(_ ids: [InstanceID]) { active = ids }

    private func take(known ids: Set<InstanceID>) { known = ids }

    private func apply() async {
        // Nobody was ever in focus: nothing is touched, and no permission is missed.
        let focused = Set(active).intersection(known)
        let others = share
        let isCompared = !focused.isEmpty
        var obstacles: [InstanceID: String] = [:]
        var changed = 0
        var refusal: String?
        let shares = await source.shares { isCompared && !focused.contains($0) ? others : 1 }
        asked = asked.filter { uid, _ in shares.contains { $0.pod.metadata.uid == uid } }
        for (id, pod, step) in shares {
            switch step {
            case .none: asked[pod.metadata.uid] = nil
            case .obstacle(let why):
                if isCompared, !focused.contains(id), others < 1 { obstacles[id] = why }
            case .resize(let container, let millis):
                if let refusal {
                    obstacles[id] = refusal
                    continue
                }
                if let before = asked[pod.metadata.uid], before.millis == millis,
                    ContinuousClock.now - before.at < limits.retry
                {
                    continue
                }
                guard changed < limits.pods, !Task.isCancelled else { continue }
                changed += 1
                do {
                    try await nodes.resize(pod, container: container, millis: millis)
                    asked[pod.metadata.uid] = (millis, .now)
                } catch let error as KubernetesError {
                    obstacles[id] = "\(error)"
                    // What one is not allowed none is; a pod that is gone says nothing about the others.
                    if case .forbidden = error { refusal = "\(error)" }
                } catch {
                    return
                }
            }
        }
        tell(obstacles.min { $0.key < $1.key }?.value)
        await source.set(shareObstacles: obstacles)
    }

    /// Logs what is in the way, once.
    private func tell(_ obstacle: String?) {
        guard obstacle != lastObstacle else { return }
        lastObstacle = obstacle
        guard let obstacle else { return }
        logger.notice("pods do not get their share of the processors: \(obstacle)")
    }
}
