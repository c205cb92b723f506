# 提交任务
JOB_ID=$(curl -s -X POST http://localhost:8080/api/jobs \
-H "Content-Type: application/json" \
-d '{"prompt": "分析项目结构", "agent": "codex"}' | jq -r '.id')
echo "Job ID: $JOB_ID"
# 查询状态
curl -s http://localhost:8080/api/jobs/$JOB_ID | jq .
# 取消任务
curl -X DELETE http://localhost:8080/api/jobs/$JOB_ID
